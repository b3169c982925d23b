-- One row is a geography's practising doctors, those who own a practice, each counted once, and those of them in a practice that shared the patient overview in the last quarter.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    COUNT(DISTINCT CASE WHEN used.ydernr IS NOT NULL THEN doctor.person_id END) AS numerator,
    COUNT(DISTINCT doctor.person_id) AS denominator
FROM active_doctor AS doctor
INNER JOIN geography_member AS member
    ON member.place_code = doctor.place_code
LEFT JOIN (
    SELECT DISTINCT ydernr
    FROM tool_use
    WHERE year = $year AND tool = 'PATIENTOVERBLIK' AND sharings_last_quarter > 0
) AS used
    ON used.ydernr = doctor.ydernr
WHERE doctor.year = $year AND doctor.role = 'EJER'
GROUP BY member.geo_level, member.geo_code, member.geo_version
