-- Table of a report: every policy against the one that loses least, paired by point and replication
-- Ranked over the weather that all policies finished, and replications that stand at as many points as any.
WITH weather AS (
    SELECT scenario, point_id, rep, count(*) AS met, max(count(*)) OVER (PARTITION BY scenario) AS most
    FROM run WHERE status = 'done' GROUP BY scenario, point_id, rep),
  reps AS (
    SELECT scenario, rep, count(*) AS points, max(count(*)) OVER (PARTITION BY scenario) AS most_points
    FROM weather WHERE met = most GROUP BY scenario, rep),
  common AS MATERIALIZED (
    SELECT scenario, point_id, rep FROM weather JOIN reps USING (scenario, rep) WHERE met = most AND points = most_points),
  means AS (
    SELECT scenario, policy, avg(loss) AS loss, avg(samples) AS samples, avg(nodes * sim_s) / 86400 AS node_days
    FROM common JOIN run USING (scenario, point_id, rep) WHERE status = 'done' GROUP BY scenario, policy),
  best AS (
    SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY scenario ORDER BY loss, policy) AS place FROM means) WHERE place = 1),
  pairs AS (
    SELECT v.*, samples, node_days FROM v_against AS v JOIN best ON v.scenario = best.scenario AND v.baseline = best.policy
    WHERE :run IS NULL AND v.pairs > 1)
SELECT policy, pairs, verdict, "loss in 1000", "95 % interval", "J per node and day", "its interval",
       "accuracy, points", "and its interval" FROM (
  SELECT scenario, -1e300 AS place, baseline AS policy, max(pairs) AS pairs, 'loses least' AS verdict,
         NULL AS "loss in 1000",
         NULL AS "95 % interval", NULL AS "J per node and day", NULL AS "its interval", NULL AS "accuracy, points",
         NULL AS "and its interval"
  FROM pairs GROUP BY scenario
  UNION ALL
  SELECT scenario, loss_diff, policy, pairs, verdict, printf('%+.3g', 1000 * loss_diff / samples),
         CASE WHEN ci95_lo IS NOT NULL THEN printf('%+.3g to %+.3g', 1000 * ci95_lo / samples, 1000 * ci95_hi / samples) ELSE 'none' END,
         printf('%+.3g', used_j_diff / node_days),
         CASE WHEN used_j_diff_lo IS NOT NULL THEN printf('%+.3g to %+.3g', used_j_diff_lo / node_days, used_j_diff_hi / node_days) ELSE 'none' END,
         printf('%+.3g', 100 * accuracy_diff),
         CASE WHEN accuracy_diff_lo IS NOT NULL THEN printf('%+.3g to %+.3g', 100 * accuracy_diff_lo, 100 * accuracy_diff_hi) ELSE 'none' END
  FROM pairs)
ORDER BY scenario, place, policy;
