-- What is scarce: have against need, and the verdict, per run
SELECT run_id, scenario, policy, sun_ratio, night_ratio, 100 * own_heat_frac AS own_heat_percent,
       100 * channel_frac AS channel_percent, verdict
FROM gauge JOIN run USING (run_id)
WHERE :run IS NULL OR run_id = :run
ORDER BY run_id;
