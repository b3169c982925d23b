-- One row is the full-time months of posted main courses that are carried out in a geography, and those of them in
-- courses that were filled; each specialty stands once more under its name.
SELECT
    geo_level,
    geo_code,
    geo_version,
    CASE WHEN GROUPING(specialty) = 0 THEN 'specialty' ELSE 'all' END AS breakdown_dim,
    COALESCE(specialty, 'all') AS breakdown_value,
    SUM(filled) AS numerator,
    SUM(posted) AS denominator
FROM training_months
WHERE year = $year
GROUP BY GROUPING SETS ((geo_level, geo_code, geo_version), (geo_level, geo_code, geo_version, specialty))
