-- One row is a source that an indicator is computed from: source_registers of the dictionary, taken apart.
SELECT DISTINCT
    definition.indicator_id,
    extract.source
FROM indicator_definition AS definition
INNER JOIN extract_quality AS extract
    ON STRPOS(CONCAT(',', definition.source_registers, ','), CONCAT(',', extract.source, ',')) > 0
