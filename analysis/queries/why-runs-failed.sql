-- Why runs failed: how many finished, and how many did not, by what they said, with the first of each
SELECT 'done' AS status, NULL AS error, count(*) AS runs, min(run_id) AS first_run_id, NULL AS policy, NULL AS label
FROM run WHERE status = 'done' AND (:run IS NULL OR run_id = :run) HAVING count(*) > 0
UNION ALL
SELECT 'failed', error, runs, first_run_id, policy, label
FROM v_failures WHERE :run IS NULL OR error = (SELECT error FROM run WHERE run_id = :run)
ORDER BY status, runs DESC;
