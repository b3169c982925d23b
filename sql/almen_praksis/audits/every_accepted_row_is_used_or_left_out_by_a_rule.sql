-- One row is a register's table whose accepted rows a model neither uses nor leaves out by a named rule, or uses twice; or
-- one that nothing accounts for. What waits for another extract uses its rows when that has come, and where goals are left
-- out an account may be left out with a model of theirs.
-- severity: error
-- remedy: Look at the joins of the model in used_by; a row that it leaves out belongs to a rule in sql/almen_praksis/row_account/.
WITH accepted AS (
    SELECT table_name, COALESCE(CAST(year AS VARCHAR), 'all') AS serves, SUM(row_count) AS rows_accepted
    FROM source_quality
    WHERE
        measure = 'accepted'
        AND file NOT LIKE 'reference/%'
        AND file NOT LIKE 'goals/%'
        AND table_name <> 'indicator_definition'
    GROUP BY table_name, COALESCE(CAST(year AS VARCHAR), 'all')
),

accounted AS (
    SELECT table_name, used_by, serves, SUM(row_count) AS rows_accounted_for
    FROM row_use
    GROUP BY table_name, used_by, serves
),

waiting AS (
    SELECT DISTINCT model, CAST(year AS VARCHAR) AS serves FROM held_back
    UNION ALL
    -- What serves all years is there for others than those that are derived.
    SELECT DISTINCT model, 'all' FROM held_back
)

SELECT accounted.table_name, accounted.used_by, accounted.serves, accepted.rows_accepted, accounted.rows_accounted_for
FROM accounted
LEFT JOIN accepted
    ON accepted.table_name = accounted.table_name
    AND accepted.serves = accounted.serves
WHERE accounted.rows_accounted_for <> COALESCE(accepted.rows_accepted, 0)
UNION ALL
SELECT accepted.table_name, NULL, accepted.serves, accepted.rows_accepted, 0
FROM accepted
LEFT JOIN accounted
    ON accounted.table_name = accepted.table_name
    AND accounted.serves = accepted.serves
LEFT JOIN waiting
    ON waiting.model = CONCAT('rows_of_', accepted.table_name)
    AND waiting.serves = accepted.serves
LEFT JOIN (SELECT DISTINCT table_name FROM row_use) AS known
    ON known.table_name = accepted.table_name
CROSS JOIN (SELECT COUNT(*) AS models FROM left_out) AS part
WHERE accounted.table_name IS NULL
    AND waiting.model IS NULL
    AND accepted.rows_accepted > 0
    AND (known.table_name IS NOT NULL OR part.models = 0)
