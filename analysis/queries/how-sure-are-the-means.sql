-- How sure are the means: loss, time without power and energy per point and policy, each with half of its CI95
SELECT point_id, label, policy, runs, loss, (loss_hi - loss_lo) / 2 AS loss_half,
       100 * down_frac AS down_percent, 100 * (down_frac_hi - down_frac_lo) / 2 AS down_half,
       used_j, (used_j_hi - used_j_lo) / 2 AS used_half
FROM v_interval
WHERE :run IS NULL OR (point_id, policy) = (SELECT point_id, policy FROM run WHERE run_id = :run)
ORDER BY point_id, loss;
