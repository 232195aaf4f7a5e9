-- Table of a report: why runs failed
SELECT error, runs, first_run_id AS "first run", policy, label AS point FROM v_failures WHERE :run IS NULL;
