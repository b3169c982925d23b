-- One row is a geography's practising doctors, those who own a practice, each counted once, and those of them in a
-- practice that used a digital tool in the year: opened it at all, or shared by it in the last quarter. Each element of
-- the tool has its row, and the tool as a whole under `all`.
WITH doctor AS (
    SELECT DISTINCT geo_level, geo_code, geo_version, person_id, ydernr
    FROM doctor_in_geography
    WHERE year = $year AND role = 'EJER'
),

used AS (
    SELECT tool, element, ydernr, was_opened, has_shared_last_quarter
    FROM tool_use
    WHERE year = $year
    UNION ALL
    SELECT tool, 'all', ydernr, was_opened, has_shared_last_quarter
    FROM tool_use
    WHERE year = $year
),

known AS (
    SELECT vaerktoej AS tool, element FROM digitalt_vaerktoej
    UNION ALL
    SELECT DISTINCT vaerktoej, 'all' FROM digitalt_vaerktoej
)

SELECT
    $year AS year,
    known.tool,
    known.element,
    doctor.geo_level,
    doctor.geo_code,
    doctor.geo_version,
    COUNT(DISTINCT CASE WHEN used.was_opened THEN doctor.person_id END) AS opened,
    COUNT(DISTINCT CASE WHEN used.has_shared_last_quarter THEN doctor.person_id END) AS shared,
    COUNT(DISTINCT doctor.person_id) AS doctors
FROM doctor
CROSS JOIN known
LEFT JOIN used
    ON used.ydernr = doctor.ydernr
    AND used.tool = known.tool
    AND used.element = known.element
GROUP BY known.tool, known.element, doctor.geo_level, doctor.geo_code, doctor.geo_version
