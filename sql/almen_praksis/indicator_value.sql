-- One row is the value of an indicator in a year, a geography and a breakdown.
-- The ratio is computed once, here, from exact counts.
WITH
-- Sources of which a year's extracts are about a sample of the people.
sampled AS (
    SELECT source, year
    FROM extract_quality
    WHERE sample_share < 1
    GROUP BY source, year
),

withheld AS (
    SELECT DISTINCT definition.indicator_id, sampled.year
    FROM indicator_definition AS definition
    INNER JOIN sampled
        ON STRPOS(CONCAT(',', definition.source_registers, ','), CONCAT(',', sampled.source, ',')) > 0
    WHERE definition.needs_everybody
),

counted AS (
    SELECT
        measure.*,
        CAST(measure.numerator AS DOUBLE) AS x,
        CAST(measure.denominator AS DOUBLE) AS n,
        definition.unit,
        definition.per,
        CAST(definition.definition_version AS INTEGER) AS definition_version,
        withheld.indicator_id IS NOT NULL AS is_withheld,
        STRPOS(COALESCE(definition.breaks, ''), CAST(measure.year AS VARCHAR)) > 0 AS is_break
    FROM indicator_count AS measure
    INNER JOIN indicator_definition AS definition
        ON definition.indicator_id = measure.indicator_id
        AND measure.year BETWEEN COALESCE(definition.first_year, 0) AND COALESCE(definition.last_year, 9999)
    LEFT JOIN withheld
        ON withheld.indicator_id = measure.indicator_id
        AND withheld.year = measure.year
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
    counted.numerator,
    counted.denominator,
    CASE WHEN is_withheld THEN NULL WHEN per IS NULL THEN x WHEN n <> 0 THEN per * x / n END AS value,
    counted.unit,
    CASE WHEN NOT is_withheld THEN per * limits.lower_95 END AS lower_95,
    CASE WHEN NOT is_withheld THEN per * limits.upper_95 END AS upper_95,
    CASE WHEN NOT is_withheld THEN per * limits.lower_99_8 END AS lower_99_8,
    CASE WHEN NOT is_withheld THEN per * limits.upper_99_8 END AS upper_99_8,
    counted.missing,
    -- SDMX: A is a normal value, B the first after a break in series, L a value that nobody collected from everybody,
    -- M a value that cannot exist.
    CASE
        WHEN is_withheld THEN 'L'
        WHEN per IS NOT NULL AND COALESCE(n, 0) = 0 THEN 'M'
        WHEN is_break THEN 'B'
        ELSE 'A'
    END AS obs_status,
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
