-- One row is an indicator's year whose values are held back, and an extract that they wait for: of that year, or of an
-- earlier one that they stand on too, or of a later one where the figure looks ahead.
SELECT
    held.model AS indicator_id,
    CAST(held.year - COALESCE(definition.years_ahead, 0) AS INTEGER) AS year,
    held.source,
    CAST(held.source_year AS INTEGER) AS source_year
FROM held_back AS held
INNER JOIN indicator_definition AS definition
    ON definition.indicator_id = held.model
    AND held.year - COALESCE(definition.years_ahead, 0)
        BETWEEN COALESCE(definition.first_year, 0) AND COALESCE(definition.last_year, 9999)
INNER JOIN national
    ON national.year = held.year - COALESCE(definition.years_ahead, 0)
WHERE held.state = 'awaited'
