-- Whose degrees: what each account adds to the temperature of the dies
SELECT run_id, policy, grp, account, rise_k
FROM ledger JOIN run USING (run_id)
WHERE rise_k > 0 AND (:run IS NULL OR run_id = :run)
ORDER BY run_id, grp, rise_k DESC;
