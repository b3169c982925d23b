-- One row is a geography's doctors, each counted once, and those of them aged 65 or over, owners only.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    COUNT(DISTINCT CASE WHEN doctor.born <= $reference_date - INTERVAL '65 years' THEN doctor.person_id END) AS numerator,
    COUNT(DISTINCT doctor.person_id) AS denominator
FROM active_doctor AS doctor
INNER JOIN geography_member AS member
    ON member.place_code = doctor.place_code
WHERE doctor.year = $year AND doctor.role = 'EJER'
GROUP BY member.geo_level, member.geo_code, member.geo_version
