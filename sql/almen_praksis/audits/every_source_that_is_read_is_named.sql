-- One row is an indicator whose SQL reads a source, itself or through other models, that its entry does not name, and whose
-- extracts are synthetic or of a sample. Its figures would be published as real ones of everybody.
-- severity: error
-- remedy: Name the source in `sources` of the entry, the TOML file of the indicator's name in sql/almen_praksis/indicators.
WITH marked AS (
    SELECT DISTINCT source FROM extract_quality WHERE synthetic OR sample_share < 1
)

SELECT DISTINCT definition.indicator_id, marked.source, definition.source_registers
FROM indicator_definition AS definition
INNER JOIN model_source ON definition.indicator_id = model_source.model
INNER JOIN marked ON model_source.source = marked.source
WHERE STRPOS(CONCAT(',', definition.source_registers, ','), CONCAT(',', marked.source, ',')) = 0
