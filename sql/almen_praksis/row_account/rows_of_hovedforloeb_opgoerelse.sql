-- One row is how many counts of main courses are of general practice, or left out.
WITH source AS (
    SELECT
        CASE
            WHEN account.type <> 'H' THEN 'no_main_course'
            WHEN spelling.laegespeciale IS NULL THEN 'unknown_specialty'
            WHEN spelling.laegespeciale <> 'almen_medicin' THEN 'other_specialty'
            ELSE 'used'
        END AS rule
    FROM hovedforloeb_opgoerelse AS account
    LEFT JOIN laegespeciale_alias AS spelling
        ON spelling.stavemaade = account.speciale
)

SELECT 'hovedforloeb_opgoerelse' AS table_name, 'training_account' AS used_by, 'all' AS serves, rule, COUNT(*) AS row_count
FROM source
GROUP BY rule
