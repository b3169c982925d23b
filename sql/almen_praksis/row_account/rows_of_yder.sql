-- One row is how many providers are active practices on the reference date, or left out.
WITH source AS (
    SELECT
        CASE
            WHEN NOT COALESCE(specialty.er_almen_praksis, false) THEN 'other_specialty'
            WHEN provider.tilgang_dato > $reference_date THEN 'begins_after_the_reference_date'
            WHEN provider.afgang_dato <= $reference_date THEN 'ended_by_the_reference_date'
        END AS rule
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
