-- What became of the uplinks: heard, and every way in which they were lost, per run
SELECT run_id, policy, radio, sum(sent) AS sent, sum(heard) AS heard, sum(collided) AS collided, sum(faded) AS faded,
       sum(deaf) AS deaf, sum(busy) AS busy, sum(aborted) AS aborted, sum(refused_duty) AS refused_duty,
       sum(airtime_s) / 3600 AS airtime_h
FROM link JOIN run USING (run_id)
WHERE :run IS NULL OR run_id = :run
GROUP BY run_id, radio
ORDER BY run_id, radio;
