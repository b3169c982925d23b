-- One row is an indicator with values and no entry in the dictionary, or with an entry that says it has no source.
-- severity: error
-- remedy: Give every SQL file in sql/almen_praksis/indicators an entry beside it, a TOML file of the same name, which names its sources.
SELECT counted.indicator_id
FROM (SELECT DISTINCT indicator_id FROM indicator_count) AS counted
LEFT JOIN indicator
    ON indicator.indicator_id = counted.indicator_id
WHERE indicator.indicator_id IS NULL OR indicator.source_registers = 'none'
