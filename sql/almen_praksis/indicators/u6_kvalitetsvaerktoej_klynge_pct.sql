-- One row is a geography's practising doctors, and those of them in a practice that used the quality tool in the year,
-- in the cluster.
SELECT geo_level, geo_code, geo_version, opened AS numerator, doctors AS denominator
FROM tool_reach
WHERE year = $year AND tool = 'KVALITETSVAERKTOEJ' AND element = 'KLYNGE'
