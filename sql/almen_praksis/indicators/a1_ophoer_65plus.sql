-- One row is a geography's owners of 65 or over on the reference date who work as a doctor in no practice a year later.
SELECT
    year,
    reference_date,
    geo_level,
    geo_code,
    geo_version,
    COUNT(*) FILTER (WHERE NOT works_on) AS numerator
FROM older_owner
GROUP BY year, reference_date, geo_level, geo_code, geo_version
