-- What ages: capacity that stores have left, and the thermal dose of the tissue around (needs recorded nodes)
SELECT run_id, policy, grp, 100 * avg(capacity_left) AS left_percent, 100 * min(capacity_left) AS least_left_percent,
       max(dose_cem43_min) AS dose_most_cem43_min
FROM node JOIN run USING (run_id)
WHERE (capacity_left IS NOT NULL OR dose_cem43_min IS NOT NULL) AND (:run IS NULL OR run_id = :run)
GROUP BY run_id, grp
ORDER BY run_id, grp;
