-- Loss over each axis of a sweep that holds words, per policy: mean over the runs with that value, and the 95 % interval of the means of replications (in a report only)
WITH runs AS (
    SELECT point_id, policy, rep, 1000.0 * loss / samples AS y FROM run
    WHERE status = 'done' AND samples > 0 AND :run IS NULL),
  many AS (SELECT axis, count(DISTINCT number) > 30 AS many, min(number) AS low, max(number) AS high FROM axis_value GROUP BY axis),
  placed AS (
    SELECT v.axis, v.point_id, CASE WHEN unit <> '' THEN v.axis || ', ' || unit ELSE v.axis END AS panel, text,
           CASE WHEN many THEN low + (min(CAST(20 * (number - low) / (high - low) AS INT), 19) + 0.5) * (high - low) / 20
                ELSE number END AS x
    FROM axis_value AS v JOIN many USING (axis)),
  -- a replication meets the same weather at every point: it counts once, if it stands at as many points as any
  reps AS (
    SELECT axis, panel, x, text, policy, count(*) AS met, avg(y) AS y
    FROM placed JOIN runs USING (point_id) GROUP BY axis, x, text, policy, rep),
  whole AS (SELECT *, max(met) OVER (PARTITION BY axis, x, text, policy) AS most FROM reps),
  sums AS (
    SELECT axis, panel, x, text, policy, sum(met) AS runs, count(*) AS n, avg(y) AS mean, sum(y * y) AS squares, sum(y) AS total
    FROM whole WHERE met = most GROUP BY axis, x, text, policy),
  halves AS (
    SELECT *, CASE WHEN n > 1 THEN (SELECT t975 FROM student WHERE df <= n - 1 ORDER BY df DESC LIMIT 1) *
                                   sqrt(max(0, squares - total * mean) / (n - 1) / n) END AS half
    FROM sums)
SELECT panel, text, policy, runs, mean AS loss_per_1000, max(0, mean - half) AS low, mean + half AS high
FROM halves WHERE text IS NOT NULL
ORDER BY axis, x, text, policy;
