-- One row is how many areas short of doctors are used, or left out; a municipality may stand for several areas in it.
WITH source AS (
    SELECT
        kommunekode,
        CASE
            WHEN liste <> 'LANDSDAEKKENDE' THEN 'regional_list'
            WHEN status <> 'TRUET' THEN 'not_short_of_doctors'
            WHEN gyldig_fra > $reference_date OR gyldig_til <= $reference_date THEN 'not_in_force_on_the_reference_date'
        END AS rule
    FROM laegedaekning_omraade
)

SELECT 'laegedaekning_omraade' AS table_name, 'underserved_place' AS used_by, 'used' AS rule, COUNT(*) AS row_count
FROM underserved_place
WHERE year = $year
UNION ALL
SELECT 'laegedaekning_omraade', 'underserved_place', rule, COUNT(*)
FROM source
WHERE rule IS NOT NULL
GROUP BY rule
UNION ALL
SELECT 'laegedaekning_omraade', 'underserved_place', 'same_municipality', COUNT(*) - COUNT(DISTINCT kommunekode)
FROM source
WHERE rule IS NULL
