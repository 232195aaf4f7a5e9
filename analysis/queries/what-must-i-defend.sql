-- What must I defend: the assumed constants, and those whose range holds a value at which another policy would win
SELECT DISTINCT path, value, unit, low, high, flips_at, status, source
FROM constant
WHERE (status = 'A' OR flips_at BETWEEN low AND high) AND (:run IS NULL OR run_id = :run)
ORDER BY path;
