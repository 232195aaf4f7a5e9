-- Where the samples of each policy ended: decided by the node, by a hub, or by nobody
WITH chosen AS (
    SELECT * FROM run
    WHERE status = 'done' AND samples > 0
      AND (run_id = :run OR (:run IS NULL AND scenario = (SELECT scenario FROM run ORDER BY run_id LIMIT 1)))),
  share AS (
    SELECT policy, avg(1.0 * decisions / samples) AS decided, avg(decisions * local_frac / samples) AS alone
    FROM chosen GROUP BY policy)
SELECT policy, 1 AS place, 'node' AS ended, 100 * alone AS percent FROM share WHERE alone IS NOT NULL
UNION ALL
SELECT policy, 2, 'hub', 100 * (decided - alone) FROM share WHERE alone IS NOT NULL
UNION ALL
SELECT policy, 3, 'nobody', 100 * (1 - decided) FROM share
ORDER BY policy, place;
