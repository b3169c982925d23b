-- One row is a geography's doctors, each counted once, and those of them with a role in a multi-doctor practice.
SELECT
    geo_level,
    geo_code,
    geo_version,
    COUNT(DISTINCT CASE WHEN NOT is_solo THEN person_id END) AS numerator,
    COUNT(DISTINCT CASE WHEN is_solo IS NOT NULL THEN person_id END) AS denominator,
    COUNT(DISTINCT person_id) - COUNT(DISTINCT CASE WHEN is_solo IS NOT NULL THEN person_id END) AS missing
FROM doctor_in_geography
WHERE year = $year
GROUP BY geo_level, geo_code, geo_version
