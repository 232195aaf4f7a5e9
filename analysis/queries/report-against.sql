-- Table of a report: every policy against the one that loses least, paired by point and replication
WITH best AS (
  SELECT scenario, policy, avg(samples) AS samples, avg(nodes * sim_s) / 86400 AS node_days FROM (
    SELECT *, avg(loss) OVER (PARTITION BY scenario, policy) AS mean FROM run WHERE status = 'done')
  GROUP BY scenario, policy ORDER BY scenario, mean, policy)
SELECT v.policy, v.baseline AS "against", v.pairs, v.verdict,
       printf('%+.3g', 1000 * loss_diff / samples) AS "loss in 1000",
       printf('%+.3g to %+.3g', 1000 * ci95_lo / samples, 1000 * ci95_hi / samples) AS "95 % interval",
       printf('%+.3g', used_j_diff / node_days) AS "J per node and day",
       printf('%+.3g to %+.3g', used_j_diff_lo / node_days, used_j_diff_hi / node_days) AS "its interval",
       printf('%+.3g', 100 * accuracy_diff) AS "accuracy, points",
       printf('%+.3g to %+.3g', 100 * accuracy_diff_lo, 100 * accuracy_diff_hi) AS "its interval"
FROM v_against AS v JOIN (SELECT scenario, policy, samples, node_days, row_number() OVER (PARTITION BY scenario) AS place FROM best) AS b
     ON b.scenario = v.scenario AND b.policy = v.baseline AND place = 1
WHERE :run IS NULL AND pairs > 1
ORDER BY v.scenario, loss_diff;
