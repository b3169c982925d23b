-- One row is a geography's doctors who own a practice, each counted once, and those of them over 65 years, that is 66
-- or more.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    COUNT(DISTINCT CASE WHEN doctor.age >= old.vaerdi THEN doctor.person_id END) AS numerator,
    COUNT(DISTINCT doctor.person_id) AS denominator
FROM active_doctor AS doctor
INNER JOIN geography_member AS member
    ON member.place_code = doctor.place_code
    AND member.year = doctor.year
INNER JOIN taerskel AS old
    ON old.taerskel = 'laege_over_65_fra_aar'
WHERE doctor.year = $year AND doctor.role = 'EJER'
GROUP BY member.geo_level, member.geo_code, member.geo_version
