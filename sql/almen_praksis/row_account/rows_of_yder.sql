-- One row is how many providers are active practices on the reference date, or at some time of the year, or left out. A
-- number that is handed on within the year is one practice in it.
WITH source AS (
    SELECT
        CASE
            WHEN NOT COALESCE(specialty.er_almen_praksis, false) THEN 'other_specialty'
            WHEN provider.tilgang_dato > $reference_date THEN 'begins_after_the_reference_date'
            WHEN provider.afgang_dato <= $reference_date THEN 'ended_by_the_reference_date'
        END AS rule,
        CASE
            WHEN NOT COALESCE(specialty.er_almen_praksis, false) THEN 'other_specialty'
            WHEN provider.tilgang_dato >= $reference_date + INTERVAL '1 year' THEN 'begins_after_the_year'
            WHEN provider.afgang_dato <= $reference_date THEN 'ended_by_the_reference_date'
        END AS rule_of_the_year,
        provider.ydernr
    FROM yder AS provider
    LEFT JOIN speciale AS specialty
        ON specialty.speciale_kode = provider.speciale_kode
)

SELECT 'yder' AS table_name, 'active_practice' AS used_by, 'used' AS rule, COUNT(*) AS row_count
FROM active_practice
WHERE year = $year
UNION ALL
SELECT 'yder', 'active_practice', rule, COUNT(*)
FROM source
WHERE rule IS NOT NULL
GROUP BY rule
UNION ALL
SELECT 'yder', 'practice_in_year', 'used', COUNT(*)
FROM practice_in_year
WHERE year = $year
UNION ALL
SELECT 'yder', 'practice_in_year', 'number_handed_on_in_the_year', COUNT(*) - COUNT(DISTINCT ydernr)
FROM source
WHERE rule_of_the_year IS NULL
UNION ALL
SELECT 'yder', 'practice_in_year', rule_of_the_year, COUNT(*)
FROM source
WHERE rule_of_the_year IS NOT NULL
GROUP BY rule_of_the_year
