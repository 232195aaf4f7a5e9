-- What must I defend: the assumed constants, with the range in which each may lie
SELECT DISTINCT path, value, unit, low, high, status, source
FROM constant
WHERE status = 'A' AND (:run IS NULL OR run_id = :run)
ORDER BY path;
