-- Which nodes die, and why those: the ten longest without power, beside what makes them differ
SELECT run_id, policy, site_id, node_id, down_s / 3600 AS down_h, node.brownouts, harvest_factor,
       capacitance_factor, leakage_factor, stored_min_j
FROM node JOIN run USING (run_id)
WHERE down_s > 0 AND (:run IS NULL OR run_id = :run)
ORDER BY down_s DESC, run_id, node_id
LIMIT 10;
