-- Have over need for each resource and policy, before running (below 1 it is scarce): mean, least and most of the runs
WITH chosen AS (
    SELECT run_id, policy FROM run
    WHERE run_id = :run OR (:run IS NULL AND scenario = (SELECT scenario FROM run ORDER BY run_id LIMIT 1))),
  ratios AS (
    SELECT policy, 1 AS place, 'sun' AS resource, sun_ratio AS ratio FROM gauge JOIN chosen USING (run_id)
    UNION ALL SELECT policy, 2, 'night', night_ratio FROM gauge JOIN chosen USING (run_id)
    UNION ALL SELECT policy, 3, 'own heat', 1 / own_heat_frac FROM gauge JOIN chosen USING (run_id)
    UNION ALL SELECT policy, 4, 'channel', 1 / channel_frac FROM gauge JOIN chosen USING (run_id))
SELECT policy, place, resource, exp(avg(ln(ratio))) AS ratio, min(ratio) AS least, max(ratio) AS most, count(*) AS runs
FROM ratios WHERE ratio > 0 GROUP BY policy, resource ORDER BY place, policy;
