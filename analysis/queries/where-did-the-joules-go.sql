-- Where the joules went: watt-hours by account, of all runs or of --param run=N
SELECT run_id, policy, tier, account, sum(energy_j) / 3600 AS wh
FROM ledger JOIN run USING (run_id)
WHERE :run IS NULL OR run_id = :run
GROUP BY run_id, tier, account
HAVING sum(energy_j) <> 0
ORDER BY run_id, tier DESC, wh DESC;
