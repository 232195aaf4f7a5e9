-- Can it run away: what a kelvin at the throttle limit adds by silicon leakage, and what that leakage took
SELECT run_id, policy, loop_gain, iif(loop_gain >= 1, 'yes', 'no') AS can_run_away, temp_max_degc,
       throttled_s / 3600 AS throttled_h, silicon_j / 3600 AS silicon_wh, 100 * silicon_j / used_j AS silicon_percent
FROM run JOIN (SELECT run_id, total(energy_j) FILTER (WHERE account = 'silicon') AS silicon_j
               FROM ledger WHERE tier = 'node' GROUP BY run_id) USING (run_id)
WHERE loop_gain IS NOT NULL AND (:run IS NULL OR run_id = :run)
ORDER BY run_id;
