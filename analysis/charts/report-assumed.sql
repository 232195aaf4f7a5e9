-- Table of a report: what was assumed, and the range in which it may lie (the first 200)
WITH used AS (
  SELECT DISTINCT constant_id FROM point_constant
  WHERE :run IS NULL OR point_id = (SELECT point_id FROM run WHERE run_id = :run))
SELECT path, value, CASE unit WHEN '1' THEN '' ELSE unit END AS unit, low, high, source
FROM constant_value JOIN used USING (constant_id) WHERE status = 'A' ORDER BY path LIMIT 200;
