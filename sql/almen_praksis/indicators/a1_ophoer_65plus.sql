-- One row is a geography's owners of 65 or over on the reference date who work as a doctor in no practice a year later.
-- A geography where there are none has a row too: a row that is missing would say what the protection hides.
SELECT
    year,
    reference_date,
    geo_level,
    geo_code,
    geo_version,
    COUNT(*) FILTER (WHERE is_older AND NOT works_on) AS numerator
FROM followed_owner
GROUP BY year, reference_date, geo_level, geo_code, geo_version
