-- What binds by local hour of the day: share of the nodes without power, slowed by heat, or with a full store
WITH chosen AS (
    SELECT run_id, policy, point_id FROM run
    WHERE status = 'done' AND (run_id = :run OR (:run IS NULL AND point_id = (
        SELECT min(point_id) FROM run WHERE EXISTS (SELECT 1 FROM series WHERE series.run_id = run.run_id))))),
  start AS (
    SELECT coalesce(:hour, (SELECT hour_local - t_s / 3600 FROM power_event JOIN chosen USING (run_id) LIMIT 1), 0) AS hour),
  hours AS (
    SELECT policy, point_id, ((CAST(t_s / 3600 + hour + 24000000 AS INT) % 24) + 24) % 24 AS hour, sum(sampled) AS nodes,
           sum(down) AS down, sum(throttled) AS throttled, sum("full") AS filled
    FROM series JOIN chosen USING (run_id), start GROUP BY policy, 3),
  kinds AS (
    SELECT policy, point_id, hour, 1 AS place, 'without power' AS what, 100.0 * down / nodes AS percent FROM hours
    UNION ALL SELECT policy, point_id, hour, 2, 'slowed by heat', 100.0 * throttled / nodes FROM hours
    UNION ALL SELECT policy, point_id, hour, 3, 'store full, harvest turned away', 100.0 * filled / nodes FROM hours)
SELECT policy, hour + more AS hour, place, what, percent,
       CASE WHEN (SELECT count(*) FROM points) > 1 THEN 'At ' || label || '.' END AS note
FROM kinds JOIN points USING (point_id)
     JOIN (SELECT 0 AS more UNION ALL SELECT 1) ON more = 0 OR hour = 23 -- the last step needs an end
WHERE what IN (SELECT what FROM kinds GROUP BY what HAVING max(percent) > 0) ORDER BY place, policy, 2;
