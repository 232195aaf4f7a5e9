-- Table of a report: constants in use by the standing of their source
WITH used AS (
  SELECT DISTINCT constant_id FROM point_constant
  WHERE :run IS NULL OR point_id = (SELECT point_id FROM run WHERE run_id = :run))
SELECT CASE status WHEN 'V' THEN 'V: read in the source' WHEN 'M' THEN 'M: measured'
                   WHEN 'A' THEN 'A: assumed' ELSE 'S: set by the scenario''s author' END AS standing,
       count(*) AS constants, count(low) AS "with a range"
FROM constant_value JOIN used USING (constant_id) GROUP BY status ORDER BY instr('VMAS', status);
