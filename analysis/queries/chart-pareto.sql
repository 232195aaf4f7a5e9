-- Accuracy, energy and temperature of each policy at each point, and who is on the front (v_pareto)
SELECT policy, label, 100 * accuracy AS accuracy_percent, 100 * missed_frac AS missed_percent,
       used_j_per_node_day AS j_per_node_day, temp_max_degc, on_front,
       CASE WHEN on_front THEN 'on the front' ELSE 'beaten' END AS standing,
       CASE WHEN (SELECT count(*) FROM points) = 1 THEN policy END AS name
FROM v_pareto
WHERE scenario = (SELECT scenario FROM run ORDER BY run_id LIMIT 1) AND accuracy IS NOT NULL AND used_j_per_node_day > 0
  AND (:run IS NULL OR (policy, point_id) = (SELECT policy, point_id FROM run WHERE run_id = :run))
ORDER BY on_front DESC, point_id, policy LIMIT 2000;
