-- Table of a report: digests, which the same run on any machine gives again (the first 200)
SELECT run_id AS run, label AS point, policy, rep, seed, lower(hex(digest)) AS digest, status
FROM run JOIN points USING (point_id) WHERE :run IS NULL OR run_id = :run ORDER BY run_id LIMIT 200;
