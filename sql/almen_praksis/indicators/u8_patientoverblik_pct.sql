-- One row is a geography's practising doctors, and those of them in a practice that shared the patient overview in the
-- last quarter; once more by what was shared.
SELECT
    geo_level,
    geo_code,
    geo_version,
    CASE WHEN element = 'all' THEN 'all' ELSE 'element' END AS breakdown_dim,
    element AS breakdown_value,
    shared AS numerator,
    doctors AS denominator
FROM tool_reach
WHERE year = $year AND tool = 'PATIENTOVERBLIK'
