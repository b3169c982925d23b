-- One row is a geography's doctors who own more than one practice on the reference date, in it or outside.
WITH owner AS (
    SELECT person_id, COUNT(DISTINCT ydernr) AS practices
    FROM active_doctor
    WHERE year = $year AND role = 'EJER'
    GROUP BY person_id
)

SELECT
    doctor.geo_level,
    doctor.geo_code,
    doctor.geo_version,
    COUNT(DISTINCT CASE WHEN owner.practices > 1 THEN owner.person_id END) AS numerator
FROM doctor_in_geography AS doctor
INNER JOIN owner
    ON owner.person_id = doctor.person_id
WHERE doctor.year = $year AND doctor.role = 'EJER'
GROUP BY doctor.geo_level, doctor.geo_code, doctor.geo_version
