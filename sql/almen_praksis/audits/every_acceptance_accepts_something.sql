-- One row is an acceptance of a jump, a revision or a hidden figure where there is none. Years that the run is not about, goals
-- that it leaves out, and revisions where nothing is published yet, are not looked at.
-- severity: warn
-- remedy: Remove the row from pipelines/reference/accepteret.csv, or mend its indicator, year or code.
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
),

became_hidden AS (
    SELECT DISTINCT published.indicator_id, published.year, published.geo_code
    FROM previous_indicator_value AS published
    INNER JOIN indicator_value AS series
        ON series.indicator_id = published.indicator_id
        AND series.year = published.year
        AND series.geo_level = published.geo_level
        AND series.geo_code = published.geo_code
        AND series.geo_version = published.geo_version
        AND series.breakdown_dim = published.breakdown_dim
        AND series.breakdown_value = published.breakdown_value
    INNER JOIN protection
        ON protection.indicator_id = series.indicator_id
        AND protection.year = series.year
        AND protection.geo_level = series.geo_level
        AND protection.below_lowest = 0
    WHERE published.numerator IS NOT NULL
        AND series.conf_status = 'C'
        AND series.definition_version = published.definition_version
        AND series.is_synthetic = published.is_synthetic
        AND series.sample_share = published.sample_share
),

year_of_any AS (
    SELECT DISTINCT year FROM indicator_value
),

-- The years of which there is something to accept.
judged AS (
    SELECT 'jump' AS kind, later.year
    FROM year_of_any AS later
    INNER JOIN year_of_any AS earlier
        ON earlier.year = later.year - 1
    UNION ALL
    SELECT DISTINCT kinds.kind, previous.year
    FROM previous_indicator_value AS previous
    CROSS JOIN (VALUES ('revision'), ('hidden')) AS kinds(kind)
),

found AS (
    SELECT 'jump' AS kind, indicator_id, year, geo_code FROM value_jump
    UNION ALL
    SELECT 'revision', indicator_id, year, geo_code FROM revised
    UNION ALL
    SELECT 'hidden', indicator_id, year, geo_code FROM became_hidden
)

SELECT accepted.art, accepted.indikator_id, accepted.aar, accepted.geo_kode, accepted.accepteret_af, accepted.dato
FROM accepteret AS accepted
INNER JOIN judged
    ON judged.kind = accepted.art
    AND judged.year = accepted.aar
LEFT JOIN left_out
    ON left_out.model = accepted.indikator_id
LEFT JOIN found
    ON found.kind = accepted.art
    AND found.year = accepted.aar
    AND accepted.indikator_id IN (found.indicator_id, '*')
    AND accepted.geo_kode IN (found.geo_code, '*')
WHERE found.kind IS NULL AND left_out.model IS NULL
