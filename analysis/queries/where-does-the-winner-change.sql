-- Where does the winner change: the policy of the least mean loss at every point, by how much, and whether that is sure
WITH placed AS (
    SELECT *, rank() OVER least AS place, lead(policy) OVER least AS next_policy, lead(loss) OVER least AS next_loss
    FROM v_interval WINDOW least AS (PARTITION BY point_id ORDER BY loss, policy))
SELECT placed.point_id, placed.label, placed.policy AS winner, placed.loss, next_policy AS runner_up,
       next_loss - placed.loss AS ahead_by, verdict
FROM placed LEFT JOIN v_against_at AS v
     ON v.point_id = placed.point_id AND v.policy = placed.policy AND v.baseline = next_policy
WHERE place = 1 AND (:run IS NULL OR placed.point_id = (SELECT point_id FROM run WHERE run_id = :run))
ORDER BY placed.point_id;
