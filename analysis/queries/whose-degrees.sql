-- Whose degrees: what each cause adds to the temperature of the dies, and the rise over the air that they sum to
SELECT run_id, policy, grp, account AS cause, heat_j / 3600 AS heat_wh, rise_k,
       sum(rise_k) OVER (PARTITION BY run_id, grp) AS die_over_air_k
FROM ledger JOIN run USING (run_id)
WHERE rise_k <> 0 AND (:run IS NULL OR run_id = :run)
ORDER BY run_id, grp, rise_k DESC, cause;
