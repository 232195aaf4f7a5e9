-- Where the joules went, per node and day: uses and losses of nodes and hubs by account, the small ones together
WITH chosen AS (
    SELECT run_id, policy, point_id, nodes * sim_s / 86400 AS node_days FROM run
    WHERE status = 'done'
      AND (run_id = :run OR (:run IS NULL AND point_id = (SELECT min(point_id) FROM run WHERE status = 'done')))),
  spent AS (
    SELECT policy, point_id, tier, account, sum(energy_j / node_days) / count(DISTINCT run_id) AS joules
    FROM ledger JOIN chosen USING (run_id)
    WHERE account NOT IN ('harvest', 'mains', 'sun', 'stored', 'spilled', 'heat-kept') AND energy_j > 0
    GROUP BY policy, tier, account),
  shares AS (SELECT account, joules / sum(joules) OVER (PARTITION BY policy, tier) AS share FROM spent),
  ranked AS (
    SELECT account, row_number() OVER (ORDER BY max(share) DESC, account) AS place FROM shares GROUP BY account)
SELECT policy, tier || 's' AS tier, CASE WHEN place <= 9 THEN account ELSE 'other' END AS account, min(place, 10) AS place,
       sum(joules) AS j_per_node_day,
       CASE WHEN (SELECT count(*) FROM points) > 1 THEN 'At the first point, ' || label || '.' END AS note
FROM spent JOIN ranked USING (account) JOIN points USING (point_id)
GROUP BY policy, tier, min(place, 10) ORDER BY tier DESC, policy, min(place, 10);
