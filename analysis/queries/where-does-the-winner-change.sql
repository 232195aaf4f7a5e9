-- Where does the winner change: the policy of the least mean loss at every point, and by how much it wins
SELECT point_id, label, policy AS winner, loss, next_policy AS runner_up, next_loss - loss AS ahead_by
FROM (SELECT *, rank() OVER least AS place, lead(policy) OVER least AS next_policy, lead(loss) OVER least AS next_loss
      FROM v_interval WINDOW least AS (PARTITION BY point_id ORDER BY loss, policy))
WHERE place = 1 AND (:run IS NULL OR point_id = (SELECT point_id FROM run WHERE run_id = :run))
ORDER BY point_id;
