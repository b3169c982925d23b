-- One row is a geography's doctors in general practice, each counted once, whatever the form of the clinic; once more
-- by who owns the clinic, and by whether the doctor owns it.
SELECT
    geo_level,
    geo_code,
    geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(DISTINCT person_id) AS numerator
FROM doctor_in_geography
WHERE year = $year
GROUP BY geo_level, geo_code, geo_version
UNION ALL
SELECT geo_level, geo_code, geo_version, 'ownership', ownership, COUNT(DISTINCT person_id)
FROM doctor_in_geography
WHERE year = $year AND ownership IS NOT NULL
GROUP BY geo_level, geo_code, geo_version, ownership
UNION ALL
SELECT geo_level, geo_code, geo_version, 'role', role, COUNT(DISTINCT person_id)
FROM doctor_in_geography
WHERE year = $year
GROUP BY geo_level, geo_code, geo_version, role
