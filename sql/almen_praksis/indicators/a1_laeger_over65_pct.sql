-- One row is a geography's doctors who own a practice, each counted once, and those of them over 65 years, that is 66
-- or more.
SELECT
    doctor.geo_level,
    doctor.geo_code,
    doctor.geo_version,
    COUNT(DISTINCT CASE WHEN doctor.age >= old.vaerdi THEN doctor.person_id END) AS numerator,
    COUNT(DISTINCT doctor.person_id) AS denominator
FROM doctor_in_geography AS doctor
INNER JOIN taerskel AS old
    ON old.taerskel = 'laege_over_65_fra_aar'
WHERE doctor.year = $year AND doctor.role = 'EJER'
GROUP BY doctor.geo_level, doctor.geo_code, doctor.geo_version
