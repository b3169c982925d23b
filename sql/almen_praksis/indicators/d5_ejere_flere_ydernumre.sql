-- One row is a geography's doctors who own more than one practice on the reference date.
WITH owner AS (
    SELECT person_id, COUNT(DISTINCT ydernr) AS practices
    FROM active_doctor
    WHERE year = $year AND role = 'EJER'
    GROUP BY person_id
)

SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    COUNT(DISTINCT CASE WHEN owner.practices > 1 THEN owner.person_id END) AS numerator
FROM active_doctor AS doctor
INNER JOIN owner
    ON owner.person_id = doctor.person_id
INNER JOIN geography_member AS member
    ON member.place_code = doctor.place_code
WHERE doctor.year = $year AND doctor.role = 'EJER'
GROUP BY member.geo_level, member.geo_code, member.geo_version
