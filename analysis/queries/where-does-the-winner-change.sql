-- Where does the winner change: the policy of the least mean loss at every point, by how much, and a tie where that is not sure
-- Means are over the replications that all policies finished at the point.
WITH weather AS (
    SELECT point_id, rep, count(*) AS met, max(count(*)) OVER (PARTITION BY point_id) AS most
    FROM run WHERE status = 'done' GROUP BY point_id, rep),
  means AS (
    SELECT point_id, policy, avg(loss) AS loss
    FROM (SELECT point_id, rep FROM weather WHERE met = most) JOIN run USING (point_id, rep)
    WHERE status = 'done' AND (:run IS NULL OR point_id = (SELECT point_id FROM run WHERE run_id = :run))
    GROUP BY point_id, policy),
  placed AS (
    SELECT *, rank() OVER least AS place, lead(policy) OVER least AS next_policy, lead(loss) OVER least AS next_loss
    FROM means WINDOW least AS (PARTITION BY point_id ORDER BY loss, policy))
SELECT placed.point_id, points.label, CASE verdict WHEN 'tie' THEN 'tie' ELSE placed.policy END AS winner,
       placed.policy AS least_loss, placed.loss, next_policy AS runner_up, next_loss - placed.loss AS ahead_by, verdict
FROM placed JOIN points ON points.point_id = placed.point_id
     LEFT JOIN v_against_at AS v
     ON v.point_id = placed.point_id AND v.policy = placed.policy AND v.baseline = next_policy
WHERE place = 1
ORDER BY placed.point_id;
