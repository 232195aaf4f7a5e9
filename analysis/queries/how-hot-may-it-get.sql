-- How hot may it get: watts that a die may make for ever, and the share of them used (needs recorded nodes)
SELECT n.run_id, policy, grp, avg(thermal_budget_w) AS budget_w, min(thermal_budget_w) AS budget_least_w,
       100 * avg(n.heat_used_frac) AS used_percent, 100 * max(n.heat_used_frac) AS used_most_percent,
       avg(n.rise_mean_k) AS die_over_air_k, max(n.temp_max_degc) AS hottest_degc,
       sum(n.throttled_s) / 3600 AS throttled_h
FROM node AS n JOIN run USING (run_id)
WHERE :run IS NULL OR n.run_id = :run
GROUP BY n.run_id, grp
ORDER BY n.run_id, grp;
