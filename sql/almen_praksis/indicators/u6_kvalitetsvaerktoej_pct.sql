-- One row is a geography's practising doctors, and those of them in a practice that used the quality tool in the year;
-- once more by where it was used, in the practice itself or in the cluster.
SELECT
    geo_level,
    geo_code,
    geo_version,
    CASE WHEN element = 'all' THEN 'all' ELSE 'element' END AS breakdown_dim,
    element AS breakdown_value,
    opened AS numerator,
    doctors AS denominator
FROM tool_reach
WHERE year = $year AND tool = 'KVALITETSVAERKTOEJ'
