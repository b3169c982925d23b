-- One row is an indicator that names sources and has no value, in a run over the years that its definition speaks of, and
-- that neither waits for anything nor needs what the pipeline goes without.
-- severity: warn
-- remedy: Write sql/almen_praksis/indicators/<id>.sql, or look whether its sources were delivered; what no source has gets sources = "none".
-- Of the published values, which hold no person: what is shown of its rows is not masked.
WITH run AS (
    SELECT MIN(year) AS first_year, MAX(year) AS last_year
    FROM indicator_value
)

SELECT indicator.indicator_id
FROM indicator
CROSS JOIN run
LEFT JOIN (SELECT DISTINCT indicator_id FROM indicator_value) AS counted
    ON counted.indicator_id = indicator.indicator_id
LEFT JOIN (SELECT DISTINCT model FROM held_back) AS waiting
    ON waiting.model = indicator.indicator_id
WHERE counted.indicator_id IS NULL
    AND waiting.model IS NULL
    -- One year alone has no growth and no trend.
    AND run.first_year < run.last_year
    AND indicator.source_registers <> 'none'
    AND COALESCE(indicator.first_year, run.first_year) BETWEEN run.first_year AND run.last_year
    AND COALESCE(indicator.last_year, run.last_year) <= run.last_year
