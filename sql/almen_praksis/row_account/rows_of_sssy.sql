-- One row is how many services are used, or left out: for what a person had, and for what the residents of a place had.
-- Lines are counted by service, since a correction takes one off.
WITH kind AS (
    SELECT speciale, services <= 0 AS is_taken_off, SUM(lines) AS lines
    FROM service_line
    WHERE year = $year
    GROUP BY speciale, services <= 0
),

left_out AS (
    SELECT
        CASE
            WHEN kind.is_taken_off THEN 'taken_off_by_corrections'
            WHEN code.speciale IS NULL THEN 'code_not_in_force'
            ELSE 'other_specialty'
        END AS rule,
        kind.lines
    FROM kind
    LEFT JOIN service_code AS code
        ON code.speciale = kind.speciale
        AND code.year = $year
    LEFT JOIN speciale AS specialty
        ON specialty.speciale_kode = SUBSTRING(kind.speciale, 1, 2)
        AND specialty.er_almen_praksis
    WHERE kind.is_taken_off OR code.speciale IS NULL OR specialty.speciale_kode IS NULL
),

ruled AS (
    SELECT rule, SUM(lines) AS row_count
    FROM left_out
    GROUP BY rule
),

placed AS (
    SELECT
        CASE
            WHEN is_resident THEN 'used'
            WHEN place_code IS NOT NULL THEN 'no_resident_on_the_reference_date'
            ELSE 'no_resident_and_no_practice_in_the_year'
        END AS rule,
        SUM(lines) AS row_count
    FROM activity
    WHERE year = $year AND category = 'all'
    GROUP BY
        CASE
            WHEN is_resident THEN 'used'
            WHEN place_code IS NOT NULL THEN 'no_resident_on_the_reference_date'
            ELSE 'no_resident_and_no_practice_in_the_year'
        END
)

SELECT 'sssy' AS table_name, 'service' AS used_by, 'used' AS rule, COALESCE(SUM(lines), 0) AS row_count
FROM service
WHERE year = $year
UNION ALL
SELECT 'sssy', 'service', rule, row_count FROM ruled
UNION ALL
SELECT 'sssy', 'activity', rule, row_count FROM placed
UNION ALL
SELECT 'sssy', 'activity', rule, row_count FROM ruled
