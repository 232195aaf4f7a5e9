-- Head of a report: what came out, in sentences
WITH first AS (SELECT scenario FROM run WHERE :run IS NULL OR run_id = :run ORDER BY run_id LIMIT 1),
  chosen AS (
    SELECT * FROM run
    WHERE status = 'done' AND (run_id = :run OR (:run IS NULL AND scenario = (SELECT scenario FROM first)))),
  -- means are over the weather that all policies finished, and replications that stand at as many points as any
  weather AS (
    SELECT point_id, rep, count(*) AS met, max(count(*)) OVER () AS most FROM chosen GROUP BY point_id, rep),
  reps AS (
    SELECT rep, count(*) AS points, max(count(*)) OVER () AS most_points FROM weather WHERE met = most GROUP BY rep),
  common AS MATERIALIZED (
    SELECT chosen.* FROM weather JOIN reps USING (rep) JOIN chosen USING (point_id, rep)
    WHERE met = most AND points = most_points),
  by_policy AS (
    SELECT policy, 1000 * sum(loss) / sum(samples) AS loss, 100 * avg(down_frac) AS down,
           avg(used_j / nodes / sim_s) * 86400 AS joules
    FROM common GROUP BY policy),
  ranked AS (SELECT *, row_number() OVER (ORDER BY loss, policy) AS place, count(*) OVER () AS policies FROM by_policy),
  scarcity AS (
    SELECT verdict, count(*) AS runs, sum(count(*)) OVER () AS of, group_concat(DISTINCT policy) AS policies
    FROM gauge JOIN chosen USING (run_id) WHERE verdict IS NOT NULL GROUP BY verdict)
SELECT printf('`%s` loses %.3g false alarms in 1000 samples, is without power %.2g %% of the time and uses %.3g J per node and day.',
              policy, loss, down, joules)
FROM ranked WHERE policies = 1
UNION ALL
SELECT printf('`%s` loses least: %.3g false alarms in 1000 samples; next is `%s` with %.3g, and most loses `%s` with %.3g.',
              a.policy, a.loss, b.policy, b.loss, z.policy, z.loss)
FROM ranked AS a JOIN ranked AS b ON b.place = 2 JOIN ranked AS z ON z.place = z.policies
WHERE a.place = 1 AND a.policies > 2
UNION ALL
SELECT printf('`%s` loses less: %.3g false alarms in 1000 samples against %.3g of `%s`.', a.policy, a.loss, b.loss, b.policy)
FROM ranked AS a JOIN ranked AS b ON b.place = 2 WHERE a.place = 1 AND a.policies = 2
UNION ALL
SELECT printf('These means leave out %d finished runs: not every policy finished the same weather, or their replication stands at fewer points than others.',
              (SELECT count(*) FROM chosen) - (SELECT count(*) FROM common))
WHERE (SELECT count(*) FROM chosen) > (SELECT count(*) FROM common)
UNION ALL
SELECT CASE WHEN count(*) = 1 AND max(verdict) = 'nothing' THEN 'By the gauge nothing is scarce.'
            ELSE 'By the gauge, what is scarce is ' || group_concat(
                   CASE WHEN verdict = 'nothing' THEN 'nothing' ELSE 'the ' || verdict END ||
                   CASE WHEN (SELECT count(DISTINCT point_id) FROM chosen) > 1 AND runs < of
                        THEN printf(' in %d of %d cases', runs, of)
                        WHEN runs < of THEN ' under ' || replace(policies, ',', ' and ') ELSE '' END, ', ') || '.' END
FROM (SELECT * FROM scarcity ORDER BY verdict = 'nothing', runs DESC, verdict)
HAVING count(*) > 0
UNION ALL
SELECT printf('%d of %d runs failed.', count(*) FILTER (WHERE status = 'failed'), count(*))
FROM run WHERE :run IS NULL OR run_id = :run HAVING count(*) FILTER (WHERE status = 'failed') > 0;
