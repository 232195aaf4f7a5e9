-- Survival: share of the nodes that have not lost power once until then
WITH chosen AS (
    SELECT run_id, policy, point_id, nodes, sim_s, brownouts FROM run
    WHERE status = 'done'
      AND (run_id = :run OR (:run IS NULL AND point_id = (SELECT min(point_id) FROM run WHERE status = 'done')))
      AND (brownouts = 0 OR EXISTS (SELECT 1 FROM power_event WHERE power_event.run_id = run.run_id))),
  firsts AS (
    SELECT policy, min(t_s) AS t_s FROM power_event JOIN chosen USING (run_id) WHERE kind = 'brown-out'
    GROUP BY run_id, node_id),
  size AS (SELECT policy, point_id, sum(nodes) AS nodes, max(sim_s) AS sim_s FROM chosen GROUP BY policy),
  losses AS (
    SELECT policy, t_s, count(*) OVER (PARTITION BY policy ORDER BY t_s) AS lost, CAST(400 * t_s / sim_s AS INT) AS bucket
    FROM firsts JOIN size USING (policy)),
  curve AS (
    SELECT policy, 0 AS t_s, 0 AS lost FROM size
    UNION ALL SELECT policy, max(t_s), max(lost) FROM losses GROUP BY policy, bucket
    UNION ALL SELECT policy, sim_s, (SELECT count(*) FROM firsts WHERE firsts.policy = size.policy) FROM size)
SELECT policy, t_s / 86400 AS day, 100.0 * (nodes - lost) / nodes AS percent, t_s = sim_s AS last,
       CASE WHEN (SELECT count(*) FROM points) > 1 THEN 'At the first point, ' || label || '.' END AS note
FROM curve JOIN size USING (policy) JOIN points USING (point_id) ORDER BY policy, day, lost;
