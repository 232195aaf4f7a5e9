-- Temperature of the dies over time: quantiles over the nodes, per policy
WITH chosen AS (
    SELECT run_id, policy, point_id FROM run
    WHERE status = 'done' AND (run_id = :run OR (:run IS NULL AND point_id = (
        SELECT min(point_id) FROM run WHERE EXISTS (SELECT 1 FROM series WHERE series.run_id = run.run_id))))),
  over_reps AS (
    SELECT policy, point_id, grp, t_s, min(run_id) AS first, avg(temp_p05_degc) AS p05, avg(temp_p25_degc) AS p25, avg(temp_p50_degc) AS p50,
           avg(temp_p75_degc) AS p75, avg(temp_p95_degc) AS p95
    FROM series JOIN chosen USING (run_id) WHERE temp_p50_degc IS NOT NULL GROUP BY policy, grp, t_s),
  size AS (
    SELECT max(1, max(t_s) * count(DISTINCT policy) * count(DISTINCT grp) / 4000) AS bucket_s,
           count(DISTINCT grp) AS groups
    FROM over_reps)
SELECT policy, policy || CASE WHEN groups > 1 THEN ', ' || grp ELSE '' END AS panel, min(first) AS place, avg(t_s) / 86400 AS day,
       min(p05) AS p05_degc, avg(p25) AS p25_degc, avg(p50) AS p50_degc, avg(p75) AS p75_degc,
       max(p95) AS p95_degc,
       CASE WHEN (SELECT count(*) FROM points) > 1 THEN 'At ' || label || '.' END AS note
FROM over_reps JOIN size JOIN points USING (point_id)
GROUP BY policy, grp, CAST(t_s / bucket_s AS INT) ORDER BY policy, grp, day;
