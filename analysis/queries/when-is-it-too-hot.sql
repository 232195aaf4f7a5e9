-- When is it too hot: throttling and shutting down by policy and local hour
SELECT policy, CAST(hour_local AS INT) AS hour, sum(kind = 'throttle') AS throttled,
       sum(kind = 'shut-down') AS shut_down
FROM power_event JOIN run USING (run_id)
WHERE kind IN ('throttle', 'shut-down') AND (:run IS NULL OR run_id = :run)
GROUP BY policy, hour
ORDER BY policy, hour;
