-- How cold is the thought: nats per joule, tokens per watt-hour, and the distance to k T ln 2 with its denominator
SELECT run_id, policy, nats_gained / used_j AS nats_per_j, tokens * 3600.0 / used_j AS tokens_per_wh, per, times_ktln2
FROM run JOIN v_landauer USING (run_id)
WHERE :run IS NULL OR run_id = :run
ORDER BY run_id, times_ktln2;
