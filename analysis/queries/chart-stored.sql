-- Stored energy over time as per cent of the full store: quantiles over the nodes, per policy
WITH chosen AS (
    SELECT run_id, policy, point_id FROM run
    WHERE status = 'done' AND (run_id = :run OR (:run IS NULL AND point_id = (
        SELECT min(point_id) FROM run WHERE EXISTS (SELECT 1 FROM series WHERE series.run_id = run.run_id))))),
  over_reps AS (
    SELECT policy, point_id, grp, t_s, min(run_id) AS first, avg(stored_share_p05) AS p05, avg(stored_share_p25) AS p25, avg(stored_share_p50) AS p50,
           avg(stored_share_p75) AS p75, avg(stored_share_p95) AS p95
    FROM series JOIN chosen USING (run_id) WHERE stored_share_p50 IS NOT NULL GROUP BY policy, grp, t_s),
  size AS (
    SELECT max(1, max(t_s) * count(DISTINCT policy) * count(DISTINCT grp) / 4000) AS bucket_s,
           count(DISTINCT grp) AS groups
    FROM over_reps)
SELECT policy, policy || CASE WHEN groups > 1 THEN ', ' || grp ELSE '' END AS panel, min(first) AS place, avg(t_s) / 86400 AS day,
       100 * min(p05) AS p05_percent, 100 * avg(p25) AS p25_percent, 100 * avg(p50) AS p50_percent, 100 * avg(p75) AS p75_percent,
       100 * max(p95) AS p95_percent,
       CASE WHEN (SELECT count(*) FROM points) > 1 THEN 'At ' || label || '.' END AS note
FROM over_reps JOIN size JOIN points USING (point_id)
GROUP BY policy, grp, CAST(t_s / bucket_s AS INT) ORDER BY policy, grp, day;
