-- One row is an entry of the dictionary that names more sources than there are of those names. Whether a figure is synthetic, or
-- of a sample, is told by the extracts of the sources that its entry names.
-- severity: error
-- remedy: Correct `sources` in the entry, the TOML file of the indicator's name in sql/almen_praksis/indicators.
WITH known AS (
    SELECT source FROM source_year
    UNION
    SELECT source FROM extract_quality
)

SELECT definition.indicator_id, definition.source_registers, COUNT(known.source) AS known
FROM indicator_definition AS definition
LEFT JOIN known
    ON STRPOS(CONCAT(',', definition.source_registers, ','), CONCAT(',', known.source, ',')) > 0
WHERE definition.source_registers <> 'none'
GROUP BY definition.indicator_id, definition.source_registers
HAVING COUNT(known.source)
    <> LENGTH(definition.source_registers) - LENGTH(REPLACE(definition.source_registers, ',', '')) + 1
