-- When nodes lose power: brown-outs by policy and local hour
SELECT policy, CAST(hour_local AS INT) AS hour, count(*) AS brownouts
FROM power_event JOIN run USING (run_id)
WHERE kind = 'brown-out' AND (:run IS NULL OR run_id = :run)
GROUP BY policy, hour
ORDER BY policy, hour;
