-- Stored energy over time: mean share of the full store, the least, and nodes without power, per day
SELECT run_id, policy, grp, CAST(t_s / 86400 AS INT) AS day, avg(stored_share_mean) AS stored_share,
       min(stored_min_j) AS stored_min_j, max(down) AS down_max
FROM series JOIN run USING (run_id)
WHERE :run IS NULL OR run_id = :run
GROUP BY run_id, grp, day
ORDER BY run_id, grp, day;
