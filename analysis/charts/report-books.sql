-- Table of a report: do the books close (largest gap over nodes and runs), and how far curves may be off
SELECT policy, count(*) AS runs, printf('%.1g', max(energy_residual)) AS "energy gap, of turnover",
       printf('%.1g', max(heat_residual)) AS "heat gap, of turnover",
       coalesce(printf('%.2g %%', 100 * max(curve_error)), 'no curves') AS "supply curves off by at most",
       coalesce(printf('%.2g K', max(curve_error_k)), 'no curves') AS "heat curves off by at most"
FROM run WHERE status = 'done' AND (:run IS NULL OR run_id = :run) GROUP BY policy ORDER BY min(run_id);
