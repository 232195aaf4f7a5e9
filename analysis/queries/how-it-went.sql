-- How it went: loss, misses, false alarms, time without power, and what a decision cost, per run
SELECT run_id, scenario, policy, rep, status, 1000 * loss / samples AS loss_per_1000, missed,
       1.0 * false_alarms / nodes AS false_per_node, 100 * down_frac AS down_percent,
       100 * heard_frac AS heard_percent, 100 * local_frac AS local_percent, 1000 * used_j / decisions AS node_mj
FROM run
WHERE :run IS NULL OR run_id = :run
ORDER BY run_id;
