-- Which policy is the coldest: accuracy per watt per kelvin, beside what accuracy must not stand without
SELECT * FROM v_coldest
WHERE :run IS NULL OR run_id = :run
ORDER BY scenario, rank, run_id;
