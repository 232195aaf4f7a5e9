-- What each policy has more than the one that loses least, paired, with 95 % intervals: loss, energy, accuracy
-- Ranked over the weather that all policies finished, and replications that stand at as many points as any.
WITH first AS (SELECT scenario FROM run ORDER BY run_id LIMIT 1),
  weather AS (
    SELECT scenario, point_id, rep, count(*) AS met, max(count(*)) OVER (PARTITION BY scenario) AS most
    FROM run WHERE status = 'done' AND scenario = (SELECT scenario FROM first) GROUP BY scenario, point_id, rep),
  reps AS (
    SELECT scenario, rep, count(*) AS points, max(count(*)) OVER (PARTITION BY scenario) AS most_points
    FROM weather WHERE met = most GROUP BY scenario, rep),
  common AS MATERIALIZED (
    SELECT scenario, point_id, rep FROM weather JOIN reps USING (scenario, rep) WHERE met = most AND points = most_points),
  best AS (
    SELECT scenario, policy, avg(samples) AS samples, avg(nodes * sim_s) / 86400 AS node_days
    FROM common JOIN run USING (scenario, point_id, rep) WHERE status = 'done'
    GROUP BY policy ORDER BY avg(loss), policy LIMIT 1),
  pairs AS (
    SELECT v.*, samples, node_days FROM v_against AS v JOIN best ON v.scenario = best.scenario AND v.baseline = best.policy
    WHERE :run IS NULL AND v.ci95_lo IS NOT NULL)
SELECT policy, baseline, pairs, verdict, 1 AS place, 'loss in 1000 samples' AS metric, 1000 * loss_diff / samples AS diff,
       1000 * ci95_lo / samples AS low, 1000 * ci95_hi / samples AS high, 'All against ' || baseline || '.' AS note
FROM pairs
UNION ALL
SELECT policy, baseline, pairs, NULL, 2, 'J per node and day', used_j_diff / node_days, used_j_diff_lo / node_days,
       used_j_diff_hi / node_days, NULL
FROM pairs
UNION ALL
SELECT policy, baseline, pairs, NULL, 3, 'accuracy, points', 100 * accuracy_diff, 100 * accuracy_diff_lo, 100 * accuracy_diff_hi,
       NULL
FROM pairs
ORDER BY place, diff;
