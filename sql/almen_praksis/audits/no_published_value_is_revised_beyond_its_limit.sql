-- One row is a value of the country or a region, or any of an indicator that is gone, that was published and is now another, by
-- more than its indicator's limit, or gone, and that nobody has accepted. An indicator whose definition has changed says so by
-- its definition_version. What was published and waits for an extract again is gone: the extract was there.
-- severity: error
-- remedy: Look at the extracts of the year, and whether one is gone. If the new value is right, add what accept_with says as a row to pipelines/reference/accepteret.csv, with the reason, who and the day.
WITH run AS (
    SELECT MIN(year) AS first_year FROM indicator_value
),

-- What goes without a source that the pipeline leaves out, or that its contract says is not delivered.
without AS (
    SELECT DISTINCT held.model AS indicator_id, held.year - COALESCE(definition.years_ahead, 0) AS year
    FROM held_back AS held
    INNER JOIN indicator_definition AS definition
        ON definition.indicator_id = held.model
    WHERE held.state <> 'awaited'
),

revised AS (
    SELECT DISTINCT
        published.indicator_id,
        published.year,
        published.geo_code,
        published.value AS published_value,
        series.value,
        value_limit.revision_within
    FROM previous_indicator_value AS published
    -- An indicator without a definition is gone with all its values.
    LEFT JOIN value_limit
        ON value_limit.indicator_id = published.indicator_id
    CROSS JOIN run
    LEFT JOIN indicator_value AS series
        ON series.indicator_id = published.indicator_id
        AND series.year = published.year
        AND series.geo_level = published.geo_level
        AND series.geo_code = published.geo_code
        AND series.geo_version = published.geo_version
        AND series.breakdown_dim = 'all'
    LEFT JOIN without
        ON without.indicator_id = published.indicator_id
        AND without.year = published.year
    LEFT JOIN left_out
        ON left_out.model = published.indicator_id
    WHERE published.breakdown_dim = 'all'
        -- Of an indicator that is gone altogether every place is told.
        AND (published.geo_level IN ('country', 'region') OR value_limit.indicator_id IS NULL)
        AND published.value IS NOT NULL
        AND COALESCE(value_limit.definition_version = published.definition_version, true)
        -- The pipeline says which year it begins with.
        AND published.year >= run.first_year
        -- What is synthetic, or of a sample, is of other people.
        AND (
            series.value IS NULL
            OR (series.is_synthetic = published.is_synthetic AND series.sample_share = published.sample_share)
        )
        AND CASE
            -- Gone, and neither left out nor withheld nor suppressed.
            WHEN series.value IS NULL
                THEN without.indicator_id IS NULL
                    AND left_out.model IS NULL
                    AND COALESCE(series.obs_status, 'O') NOT IN ('L', 'Q')
            WHEN GREATEST(ABS(series.numerator), ABS(published.numerator)) < value_limit.few THEN false
            ELSE ABS(series.value - published.value)
                > value_limit.revision_within * CASE WHEN value_limit.is_in_points THEN 1 ELSE ABS(published.value) END
                + 0.000000001
        END
)

SELECT
    revised.indicator_id,
    revised.year,
    revised.geo_code,
    revised.published_value,
    revised.value,
    revised.revision_within,
    CONCAT('revision;', revised.indicator_id, ';', revised.year, ';', revised.geo_code) AS accept_with
FROM revised
LEFT JOIN accepteret AS accepted
    ON accepted.art = 'revision'
    AND accepted.indikator_id IN (revised.indicator_id, '*')
    AND accepted.aar = revised.year
    AND accepted.geo_kode IN (revised.geo_code, '*')
WHERE accepted.art IS NULL
