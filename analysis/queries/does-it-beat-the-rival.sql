-- Does it beat the strongest rival: every policy against that of the least mean loss, or --param baseline=NAME, in pairs
-- The rank is over the weather that all policies finished, and replications that stand at as many points as any.
WITH weather AS (
    SELECT scenario, point_id, rep, count(*) AS met, max(count(*)) OVER (PARTITION BY scenario) AS most
    FROM run WHERE status = 'done' GROUP BY scenario, point_id, rep),
  reps AS (
    SELECT scenario, rep, count(*) AS points, max(count(*)) OVER (PARTITION BY scenario) AS most_points
    FROM weather WHERE met = most GROUP BY scenario, rep),
  common AS MATERIALIZED (
    SELECT scenario, point_id, rep FROM weather JOIN reps USING (scenario, rep) WHERE met = most AND points = most_points),
  best AS MATERIALIZED
       (SELECT scenario, policy, rank() OVER (PARTITION BY scenario ORDER BY avg(loss), policy) AS place
        FROM common JOIN run USING (scenario, point_id, rep) WHERE status = 'done' GROUP BY scenario, policy)
SELECT v.scenario, baseline, v.policy, loss_diff, ci95_lo, ci95_hi, pairs, verdict
FROM v_against AS v JOIN best ON best.scenario = v.scenario AND place = 1
WHERE baseline = coalesce(:baseline, best.policy)
  AND (:run IS NULL OR (v.scenario, v.policy) = (SELECT scenario, policy FROM run WHERE run_id = :run))
ORDER BY v.scenario, loss_diff;
