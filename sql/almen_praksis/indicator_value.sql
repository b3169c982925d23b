-- One row is the value of an indicator in a year, a geography and a breakdown.
-- The ratio is computed once, here, from exact counts.
WITH
-- The extracts behind an indicator: how large a share of the people the year's are about, and whether any year's, since
-- an indicator may compare years, are synthetic.
extract AS (
    SELECT source, year, MIN(sample_share) AS sample_share, BOOL_OR(synthetic) AS is_synthetic
    FROM extract_quality
    GROUP BY source, year
),

behind AS (
    SELECT definition.indicator_id, extract.year, extract.sample_share, extract.is_synthetic
    FROM indicator_definition AS definition
    INNER JOIN extract
        ON STRPOS(CONCAT(',', definition.source_registers, ','), CONCAT(',', extract.source, ',')) > 0
),

sampled AS (
    SELECT indicator_id, year, MIN(sample_share) AS sample_share
    FROM behind
    WHERE year IS NOT NULL AND sample_share < 1
    GROUP BY indicator_id, year
),

made_up AS (
    SELECT DISTINCT indicator_id FROM behind WHERE is_synthetic
),

-- What is counted, and what is awaited instead.
known AS (
    SELECT *, false AS is_awaited FROM indicator_count
    UNION ALL
    SELECT waiting.*, true
    FROM awaited_value AS waiting
    LEFT JOIN (SELECT DISTINCT indicator_id, year FROM indicator_count) AS counted
        ON counted.indicator_id = waiting.indicator_id
        AND counted.year = waiting.year
    WHERE counted.indicator_id IS NULL
),

counted AS (
    SELECT
        measure.*,
        CAST(measure.numerator AS DOUBLE) AS x,
        CAST(measure.denominator AS DOUBLE) AS n,
        definition.unit,
        definition.per,
        CAST(definition.definition_version AS INTEGER) AS definition_version,
        definition.time_kind,
        definition.first_year,
        definition.rollup_method,
        definition.scale,
        COALESCE(definition.needs_everybody, false) AND sampled.indicator_id IS NOT NULL AS is_withheld,
        measure.numerator IS NULL AS is_unknown,
        -- The denominator of a sample counts its persons.
        sampled.indicator_id IS NOT NULL AND measure.denominator < few.vaerdi AS is_unreliable,
        CAST(COALESCE(sampled.sample_share, 1) AS DECIMAL(7, 6)) AS sample_share,
        made_up.indicator_id IS NOT NULL AS is_synthetic,
        -- Nothing of what it counts is told.
        COALESCE(measure.told = 0 AND measure.missing > 0, false) AS is_suppressed,
        -- What the withheld counts leave possible is wider than a value should be.
        COALESCE(
            definition.per * (
                CAST(measure.highest_numerator AS DOUBLE) / CAST(measure.highest_denominator AS DOUBLE)
                - CAST(measure.lowest_numerator AS DOUBLE) / CAST(measure.lowest_denominator AS DOUBLE)
            ) > CAST(wide.vaerdi AS DOUBLE),
            false
        ) AS is_uncertain,
        -- The first value of a series breaks nothing.
        STRPOS(COALESCE(definition.breaks, ''), CAST(measure.year AS VARCHAR)) > 0
        OR changed_list.year IS NOT NULL AND measure.year > COALESCE(definition.first_year, 0) AS is_break
    FROM known AS measure
    INNER JOIN indicator_definition AS definition
        ON definition.indicator_id = measure.indicator_id
        AND measure.year BETWEEN COALESCE(definition.first_year, 0) AND COALESCE(definition.last_year, 9999)
    INNER JOIN taerskel AS few
        ON few.taerskel = 'stikproeve_mindst_personer'
    INNER JOIN taerskel AS wide
        ON wide.taerskel = 'skjult_spaend_hoejst_point'
    LEFT JOIN sampled
        ON sampled.indicator_id = measure.indicator_id
        AND sampled.year = measure.year
    LEFT JOIN made_up
        ON made_up.indicator_id = measure.indicator_id
    -- The list is that of the day that the period begins on.
    LEFT JOIN series_break AS changed_list
        ON changed_list.breakdown_dim = measure.breakdown_dim
        AND changed_list.year = DATE_PART('year', COALESCE(measure.period_start, measure.reference_date))
        AND changed_list.geo_level = measure.geo_level
        AND changed_list.geo_code = measure.geo_code
        AND changed_list.geo_version = measure.geo_version
),

-- Both levels of confidence beside one another.
limits AS (
    SELECT
        indicator_id,
        year,
        geo_level,
        geo_code,
        geo_version,
        breakdown_dim,
        breakdown_value,
        MAX(CASE WHEN level = 95.0 THEN lower_limit END) AS lower_95,
        MAX(CASE WHEN level = 95.0 THEN upper_limit END) AS upper_95,
        MAX(CASE WHEN level = 99.8 THEN lower_limit END) AS lower_99_8,
        MAX(CASE WHEN level = 99.8 THEN upper_limit END) AS upper_99_8
    FROM confidence_limit
    GROUP BY indicator_id, year, geo_level, geo_code, geo_version, breakdown_dim, breakdown_value
)

SELECT
    counted.indicator_id,
    CAST(counted.year AS INTEGER) AS year,
    counted.geo_level,
    counted.geo_code,
    counted.geo_version,
    counted.breakdown_dim,
    counted.breakdown_value,
    geography_name.geo_name,
    counted.reference_date,
    counted.time_kind,
    COALESCE(
        counted.period_start,
        CASE counted.time_kind
            WHEN 'stock' THEN counted.reference_date
            WHEN 'flow' THEN MAKE_DATE(CAST(counted.year AS INTEGER), 1, 1)
            ELSE MAKE_DATE(CAST(COALESCE(counted.first_year, counted.year) AS INTEGER), 1, 1)
        END
    ) AS period_start,
    COALESCE(
        counted.period_end,
        CASE counted.time_kind
            WHEN 'stock' THEN counted.reference_date
            ELSE MAKE_DATE(CAST(counted.year AS INTEGER), 12, 31)
        END
    ) AS period_end,
    -- A value that is withheld or suppressed can't be worked out from its parts.
    CASE WHEN NOT is_withheld AND NOT is_suppressed THEN counted.numerator END AS numerator,
    CASE WHEN NOT is_withheld AND NOT is_suppressed THEN counted.denominator END AS denominator,
    CASE WHEN is_withheld OR is_suppressed THEN NULL WHEN per IS NULL THEN x WHEN n <> 0 THEN per * x / n END AS value,
    counted.unit,
    CASE WHEN NOT is_withheld AND NOT is_suppressed THEN per * limits.lower_95 END AS lower_95,
    CASE WHEN NOT is_withheld AND NOT is_suppressed THEN per * limits.upper_95 END AS upper_95,
    CASE WHEN NOT is_withheld AND NOT is_suppressed THEN per * limits.lower_99_8 END AS lower_99_8,
    CASE WHEN NOT is_withheld AND NOT is_suppressed THEN per * limits.upper_99_8 END AS upper_99_8,
    counted.missing,
    -- SDMX: A is a normal value, B the first after a break in series, U one of too few or of which too much is
    -- withheld, also after a break, L a value that nobody collected from everybody, Q one that is suppressed in the
    -- delivery, M a value that cannot exist, O one that is not known, or not yet.
    CASE
        WHEN is_awaited THEN 'O'
        WHEN is_withheld THEN 'L'
        WHEN is_suppressed THEN 'Q'
        -- What is summed from places is not known where a place can't be shared out; anything else where something is missing.
        WHEN is_unknown AND (rollup_method = 'sum' OR counted.missing > 0) THEN 'O'
        -- Nothing is left to divide by where all that there is lacks something; a growth from nothing is none whatever is missing.
        WHEN per IS NOT NULL AND COALESCE(n, 0) = 0 AND counted.missing > 0 AND COALESCE(scale, 'none') <> 'change' THEN 'O'
        WHEN is_unknown OR per IS NOT NULL AND COALESCE(n, 0) = 0 THEN 'M'
        WHEN is_unreliable OR is_uncertain THEN 'U'
        WHEN is_break THEN 'B'
        ELSE 'A'
    END AS obs_status,
    counted.sample_share,
    counted.is_synthetic,
    -- SDMX: F is free for publication.
    'F' AS conf_status,
    counted.definition_version
FROM counted
INNER JOIN geography_name
    ON geography_name.geo_level = counted.geo_level
    AND geography_name.geo_code = counted.geo_code
LEFT JOIN limits
    ON limits.indicator_id = counted.indicator_id
    AND limits.year = counted.year
    AND limits.geo_level = counted.geo_level
    AND limits.geo_code = counted.geo_code
    AND limits.geo_version = counted.geo_version
    AND limits.breakdown_dim = counted.breakdown_dim
    AND limits.breakdown_value = counted.breakdown_value
