-- Head of a report: what was run, as names and values
WITH chosen AS (SELECT * FROM run WHERE :run IS NULL OR run_id = :run),
  size AS (
    SELECT max(nodes) AS nodes, max(sim_s) AS sim_s, count(*) AS runs, count(*) FILTER (WHERE status = 'done') AS done,
           count(DISTINCT policy) AS policies, count(DISTINCT rep) AS reps, count(DISTINCT point_id) AS points,
           count(DISTINCT scenario) AS scenarios, sum(events) AS events
    FROM chosen)
SELECT 'Nodes' AS name, printf('%,d', nodes) AS value FROM size WHERE nodes IS NOT NULL
UNION ALL
SELECT 'Simulated', CASE WHEN sim_s >= 3 * 365.25 * 86400 THEN printf('%.4g years', sim_s / 365.25 / 86400)
                         WHEN sim_s >= 172800 THEN printf('%.4g days', sim_s / 86400)
                         ELSE printf('%.4g hours', sim_s / 3600) END
FROM size WHERE sim_s IS NOT NULL
UNION ALL
SELECT 'Policies', printf('%d', policies) FROM size
UNION ALL
SELECT 'Points of the sweep', printf('%,d', points) FROM size WHERE points > 1 AND EXISTS (SELECT 1 FROM plan)
UNION ALL
SELECT 'Varied', group_concat(axis, ', ') FROM axis HAVING count(*) > 0
UNION ALL
SELECT 'Scenarios', printf('%d', scenarios) FROM size WHERE scenarios > 1
UNION ALL
SELECT 'Replications', printf('%d', reps) FROM size
UNION ALL
SELECT 'Runs', CASE WHEN done = runs THEN printf('%,d', runs) ELSE printf('%,d of %,d done', done, runs) END FROM size
UNION ALL
SELECT 'Events', printf('%,d', events) FROM size WHERE events > 0
UNION ALL
SELECT 'Made by', 'coldfleet ' || value FROM meta WHERE key = 'version';
