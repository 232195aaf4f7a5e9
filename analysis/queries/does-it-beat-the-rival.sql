-- Does it beat the strongest rival: every policy against that of the least mean loss, or --param baseline=NAME, in pairs
WITH best AS MATERIALIZED
       (SELECT scenario, policy, rank() OVER (PARTITION BY scenario ORDER BY avg(loss), policy) AS place
        FROM run WHERE status = 'done' GROUP BY scenario, policy)
SELECT v.scenario, baseline, v.policy, loss_diff, ci95_lo, ci95_hi, pairs, verdict
FROM v_against AS v JOIN best ON best.scenario = v.scenario AND place = 1
WHERE baseline = coalesce(:baseline, best.policy)
  AND (:run IS NULL OR (v.scenario, v.policy) = (SELECT scenario, policy FROM run WHERE run_id = :run))
ORDER BY v.scenario, loss_diff;
