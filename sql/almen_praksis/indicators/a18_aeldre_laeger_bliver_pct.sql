-- One row is a geography's owners of 65 or over on the reference date, each counted once, and those of them who work as a
-- doctor in a general practice a year later; once more by whether one of their practices there lies in a place on the
-- national list of those short of doctors.
-- A geography where there are none has a row too: a row that is missing would say what the protection hides.
SELECT
    year,
    reference_date,
    geo_level,
    geo_code,
    geo_version,
    CASE WHEN GROUPING(underserved) = 0 THEN 'underserved' ELSE 'all' END AS breakdown_dim,
    COALESCE(underserved, 'all') AS breakdown_value,
    COUNT(*) FILTER (WHERE is_older AND works_on) AS numerator,
    COUNT(*) FILTER (WHERE is_older) AS denominator
FROM followed_owner
GROUP BY GROUPING SETS (
    (year, reference_date, geo_level, geo_code, geo_version),
    (year, reference_date, geo_level, geo_code, geo_version, underserved)
)
