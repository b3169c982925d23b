-- One row is an indicator with values and no entry in the dictionary, or with an entry that names sources and no values.
-- severity: error
-- remedy: Give every file in sql/almen_praksis/indicators an entry in pipelines/goals of the same name, and the other way round; what no source has gets sources = "none".
SELECT COALESCE(counted.indicator_id, indicator.indicator_id) AS indicator_id
FROM (SELECT DISTINCT indicator_id FROM indicator_count) AS counted
FULL OUTER JOIN indicator
    ON indicator.indicator_id = counted.indicator_id
WHERE (counted.indicator_id IS NULL AND indicator.source_registers <> 'none')
    OR indicator.indicator_id IS NULL
    OR (counted.indicator_id IS NOT NULL AND indicator.source_registers = 'none')
