-- Table of a report: what tuning found
SELECT policy, parameter, value, unit, low AS "searched from", high AS "to",
       CASE WHEN on_edge THEN 'at an end: the best may lie outside' ELSE '' END AS remark
FROM tuned WHERE :run IS NULL ORDER BY policy, parameter;
