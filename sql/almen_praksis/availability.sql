-- One row is what there is of a source for a year, and how many indicators' values wait for it.
WITH waiting AS (
    SELECT source, source_year, COUNT(DISTINCT indicator_id) AS indicators
    FROM awaited
    GROUP BY source, source_year
)

SELECT
    known.source,
    CAST(known.year AS INTEGER) AS year,
    known.state,
    known.due,
    known.late_since,
    known.missing_parts,
    COALESCE(waiting.indicators, CAST(0 AS BIGINT)) AS indicators_held_back
FROM source_year AS known
LEFT JOIN waiting
    ON waiting.source = known.source
    AND waiting.source_year = known.year
