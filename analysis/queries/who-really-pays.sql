-- One decision: who really pays, the hubs' idle time included, dearest first
SELECT run_id, policy, v.tier, v.account, v.mj
FROM v_decision_cost AS v JOIN run USING (run_id)
WHERE :run IS NULL OR run_id = :run
ORDER BY run_id, mj DESC;
