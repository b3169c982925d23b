-- One row is how many rows of the plans of training posts are used, or left out.
WITH source AS (
    SELECT
        CASE
            WHEN spelling.laegespeciale IS NULL THEN 'unknown_specialty'
            WHEN region.kode IS NULL THEN 'unknown_training_region'
            ELSE 'used'
        END AS rule
    FROM dimensioneringsplan AS plan
    LEFT JOIN laegespeciale_alias AS spelling
        ON spelling.stavemaade = plan.speciale
    LEFT JOIN videreuddannelsesregion AS region
        ON region.kode = plan.videreuddannelsesregion
)

SELECT 'dimensioneringsplan' AS table_name, 'planned_course' AS used_by, 'all' AS serves, rule, COUNT(*) AS row_count
FROM source
GROUP BY rule
