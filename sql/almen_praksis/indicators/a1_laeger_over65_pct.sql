-- One row is a geography's doctors, each counted once, and those of them over 65 years, that is 66 or more, owners only.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    COUNT(DISTINCT CASE WHEN doctor.born <= $reference_date - INTERVAL '66 years' THEN doctor.person_id END) AS numerator,
    COUNT(DISTINCT doctor.person_id) AS denominator
FROM active_doctor AS doctor
INNER JOIN geography_member AS member
    ON member.place_code = doctor.place_code
WHERE doctor.year = $year AND doctor.role = 'EJER'
GROUP BY member.geo_level, member.geo_code, member.geo_version
