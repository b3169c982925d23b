-- One row is a geography's owners of 65 or over on the reference date, each counted once, and those of them who work as a
-- doctor in a general practice a year later; once more by whether one of their practices there lies in a place on the
-- national list of those short of doctors.
SELECT
    year,
    reference_date,
    geo_level,
    geo_code,
    geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(*) FILTER (WHERE works_on) AS numerator,
    COUNT(*) AS denominator
FROM older_owner
GROUP BY year, reference_date, geo_level, geo_code, geo_version
UNION ALL
SELECT
    year,
    reference_date,
    geo_level,
    geo_code,
    geo_version,
    'underserved',
    underserved,
    COUNT(*) FILTER (WHERE works_on),
    COUNT(*)
FROM older_owner
GROUP BY year, reference_date, geo_level, geo_code, geo_version, underserved
