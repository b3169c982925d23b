-- One row is a geography's practising doctors, and those of them in a practice that used the quality tool in the year,
-- both in the practice itself and in the cluster.
SELECT geo_level, geo_code, geo_version, opened_every AS numerator, doctors AS denominator
FROM tool_reach
WHERE year = $year AND tool = 'KVALITETSVAERKTOEJ' AND element = 'all'
