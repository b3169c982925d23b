-- One row is a level or a breakdown of an indicator of which values that were published are gone. What is gone of the country and
-- its regions stops publication as a revision.
-- severity: warn
-- remedy: Look at the extracts of the years and at the indicator's SQL; `maaltal diff --values` shows every value that is gone.
WITH run AS (
    SELECT MIN(year) AS first_year FROM indicator_value
)

SELECT
    published.indicator_id,
    published.geo_level,
    published.breakdown_dim,
    COUNT(*) AS gone,
    MIN(published.year) AS first_year,
    MAX(published.year) AS last_year
FROM previous_indicator_value AS published
-- An indicator that is gone altogether is a revision. Values of another definition are not compared.
INNER JOIN value_limit
    ON value_limit.indicator_id = published.indicator_id
    AND value_limit.definition_version = published.definition_version
CROSS JOIN run
LEFT JOIN indicator_value AS series
    ON series.indicator_id = published.indicator_id
    AND series.year = published.year
    AND series.geo_level = published.geo_level
    AND series.geo_code = published.geo_code
    AND series.geo_version = published.geo_version
    AND series.breakdown_dim = published.breakdown_dim
    AND series.breakdown_value = published.breakdown_value
-- What waits for an extract is told as that: a figure that looks ahead waits in a later year.
LEFT JOIN (
    SELECT DISTINCT held_back.model AS indicator_id, held_back.year - COALESCE(definition.years_ahead, 0) AS year
    FROM held_back
    INNER JOIN indicator_definition AS definition
        ON definition.indicator_id = held_back.model
) AS held
    ON held.indicator_id = published.indicator_id
    AND held.year = published.year
LEFT JOIN left_out
    ON left_out.model = published.indicator_id
WHERE (published.breakdown_dim <> 'all' OR published.geo_level NOT IN ('country', 'region'))
    AND published.value IS NOT NULL
    AND published.year >= run.first_year
    AND series.value IS NULL
    -- Withheld or suppressed is not gone.
    AND COALESCE(series.obs_status, 'O') NOT IN ('L', 'Q')
    AND held.indicator_id IS NULL
    AND left_out.model IS NULL
GROUP BY published.indicator_id, published.geo_level, published.breakdown_dim
