-- What is worth building: points and policies on the front of accuracy, energy and temperature (of one run: beaten or not)
SELECT scenario, label, policy, accuracy, missed_frac, used_j_per_node_day, temp_max_degc, on_front
FROM v_pareto
WHERE iif(:run IS NULL, on_front, (point_id, policy) = (SELECT point_id, policy FROM run WHERE run_id = :run))
ORDER BY scenario, accuracy DESC, point_id, policy;
