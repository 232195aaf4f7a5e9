-- What each policy has more than the one that loses least, paired, with 95 % intervals: loss, energy, accuracy
WITH first AS (SELECT scenario FROM run ORDER BY run_id LIMIT 1),
  best AS (
    SELECT scenario, policy, avg(samples) AS samples, avg(nodes * sim_s) / 86400 AS node_days
    FROM run WHERE status = 'done' AND scenario = (SELECT scenario FROM first)
    GROUP BY policy ORDER BY avg(loss), policy LIMIT 1),
  pairs AS (
    SELECT v.*, samples, node_days FROM v_against AS v JOIN best ON v.scenario = best.scenario AND v.baseline = best.policy
    WHERE :run IS NULL AND v.pairs > 1)
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
