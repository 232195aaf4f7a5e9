-- Table of a report: means over the runs of each policy, with the 95 % interval of the loss where there is one point
WITH chosen AS (SELECT * FROM run WHERE status = 'done' AND (:run IS NULL OR run_id = :run)),
  size AS (SELECT count(DISTINCT scenario) AS scenarios, count(DISTINCT point_id) AS points FROM chosen),
  half AS (
    SELECT scenario, policy, (loss_hi - loss) AS loss
    FROM v_interval WHERE :run IS NULL AND (SELECT points = scenarios FROM size))
SELECT policy || CASE WHEN scenarios > 1 THEN ' in ' || scenario ELSE '' END AS policy, count(*) AS runs,
       printf('%.4g', 1000 * sum(chosen.loss) / sum(samples)) || CASE
         WHEN 1000 * max(half.loss) / avg(samples) >= 10 THEN printf(' ± %.0f', 1000 * max(half.loss) / avg(samples))
         WHEN max(half.loss) IS NOT NULL THEN printf(' ± %.2g', 1000 * max(half.loss) / avg(samples)) ELSE '' END AS "loss in 1000",
       printf('%d of %d', sum(missed), sum(episodes)) AS missed,
       round(1.0 * sum(false_alarms) / sum(nodes), 3) AS "false alarms per node",
       printf('%.4g %%', 100 * avg(accuracy)) AS accuracy, printf('%.2g %%', 100 * avg(down_frac)) AS "without power",
       printf('%.3g %%', 100 * avg(local_frac)) AS "decided alone",
       CASE WHEN avg(heard_frac) IS NOT NULL THEN printf('%.3g %%', 100 * avg(heard_frac)) END AS "uplinks heard",
       printf('%.3g', avg(used_j / nodes / sim_s) * 86400) AS "J per node and day",
       printf('%.1f', max(temp_max_degc)) AS "hottest, degC"
FROM chosen LEFT JOIN half USING (scenario, policy), size
GROUP BY scenario, policy ORDER BY min(run_id);
