-- Do the degrees add up: the sum of the causes against the mean rise of the dies (needs recorded nodes)
SELECT l.run_id, policy, l.grp, causes_k, die_over_air_k, causes_k - die_over_air_k AS gap_k,
       heat_residual AS worst_node
FROM (SELECT run_id, grp, sum(rise_k) AS causes_k FROM ledger WHERE tier = 'node' GROUP BY run_id, grp) AS l
JOIN (SELECT run_id, grp, avg(rise_mean_k) AS die_over_air_k FROM node GROUP BY run_id, grp) USING (run_id, grp)
JOIN run USING (run_id)
WHERE :run IS NULL OR l.run_id = :run
ORDER BY l.run_id, l.grp;
