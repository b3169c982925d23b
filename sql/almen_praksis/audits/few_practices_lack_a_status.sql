-- One row is a country or region where more than 1 % of the practices lack what an indicator needs.
-- severity: warn
-- remedy: Ask the region for the missing status rows; the values stand on the practices that have one.
SELECT indicator_id, year, geo_level, geo_code, geo_version, denominator, missing
FROM indicator_value
WHERE breakdown_dim = 'all'
    AND geo_level IN ('country', 'region')
    AND indicator_id LIKE 'u1%'
    AND 100 * missing > denominator + missing
