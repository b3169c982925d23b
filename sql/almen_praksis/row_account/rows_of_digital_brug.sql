-- One row is how many rows of the log of digital tools are used, or left out: for the doctors that a tool reaches, and for
-- visits to the app.
-- Doctors are those who own a practice on the reference date, and count by the practices that they own that day: one that
-- opened during the year, or that the region runs, has no doctor to count.
WITH owner AS (
    SELECT DISTINCT ydernr
    FROM doctor_in_geography
    WHERE year = $year AND role = 'EJER'
),

reach AS (
    SELECT
        CASE
            WHEN used.tool = 'MINLAEGE' THEN 'another_tool'
            WHEN owner.ydernr IS NOT NULL THEN 'used'
            WHEN practice.ydernr IS NULL THEN 'no_practice_in_the_year'
            WHEN practice.tilgang_dato > $reference_date THEN 'practice_opened_after_the_reference_date'
            ELSE 'no_owner_on_the_reference_date'
        END AS rule,
        used.lines
    FROM tool_use AS used
    LEFT JOIN owner
        ON owner.ydernr = used.ydernr
    LEFT JOIN practice_in_year AS practice
        ON practice.ydernr = used.ydernr
        AND practice.year = $year
    WHERE used.year = $year
),

visit AS (
    SELECT
        CASE
            WHEN source.vaerktoej <> 'MINLAEGE' THEN 'another_tool'
            WHEN source.maaned <> CONCAT(CAST($year AS VARCHAR), '-12') THEN 'another_month'
            WHEN practice.ydernr IS NULL THEN 'no_practice_in_the_year'
            ELSE 'used'
        END AS rule
    FROM digital_brug AS source
    LEFT JOIN practice_in_year AS practice
        ON practice.ydernr = source.ydernr
        AND practice.year = $year
)

SELECT 'digital_brug' AS table_name, 'tool_reach' AS used_by, rule, SUM(lines) AS row_count
FROM reach
GROUP BY rule
UNION ALL
SELECT 'digital_brug', 'a14_min_laege_brugere', rule, COUNT(*)
FROM visit
GROUP BY rule
