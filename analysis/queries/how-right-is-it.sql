-- How right is it: accuracy beside misses, false alarms, and always giving the same answer
SELECT * FROM v_accuracy
WHERE :run IS NULL OR run_id = :run
ORDER BY run_id;
