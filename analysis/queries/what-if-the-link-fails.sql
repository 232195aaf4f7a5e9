-- What if the link fails: what the fleet decides by itself
SELECT * FROM v_autonomy
WHERE :run IS NULL OR run_id = :run
ORDER BY run_id;
