-- One row is the value of an indicator in a year, a geography and a breakdown.
-- The ratio is computed once, here, from exact counts. Shares have Wilson's interval (Wilson 1927); rates of counts have Byar's,
-- and the exact Poisson limits where fewer than ten were counted; both at 95 %.
WITH counted AS (
    SELECT
        indicator_count.*,
        CAST(numerator AS DOUBLE) AS x,
        CAST(denominator AS DOUBLE) AS n,
        -- The 97.5 % quantile of the standard normal distribution.
        CAST('1.959963984540054' AS DOUBLE) AS z
    FROM indicator_count
),

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

limited AS (
    SELECT
        counted.*,
        definition.unit,
        definition.per,
        CAST(definition.definition_version AS INTEGER) AS definition_version,
        withheld.indicator_id IS NOT NULL AS is_withheld,
        STRPOS(COALESCE(definition.breaks, ''), CAST(counted.year AS VARCHAR)) > 0 AS is_break,
        CASE
            WHEN definition.interval_method = 'wilson' AND n > 0 AND x BETWEEN 0 AND n
                THEN (2 * x + z * z - z * SQRT(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))
            WHEN definition.interval_method = 'byar' AND n > 0 AND x < 10 THEN exact.nedre / n
            WHEN definition.interval_method = 'byar' AND n > 0
                THEN x * POWER(1 - 1 / (9 * x) - z / (3 * SQRT(x)), 3) / n
        END AS lower_95,
        CASE
            WHEN definition.interval_method = 'wilson' AND n > 0 AND x BETWEEN 0 AND n
                THEN (2 * x + z * z + z * SQRT(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))
            WHEN definition.interval_method = 'byar' AND n > 0 AND x < 10 THEN exact.oevre / n
            WHEN definition.interval_method = 'byar' AND n > 0
                THEN (x + 1) * POWER(1 - 1 / (9 * (x + 1)) + z / (3 * SQRT(x + 1)), 3) / n
        END AS upper_95
    FROM counted
    INNER JOIN indicator_definition AS definition
        ON definition.indicator_id = counted.indicator_id
        AND counted.year BETWEEN COALESCE(definition.first_year, 0) AND COALESCE(definition.last_year, 9999)
    LEFT JOIN poisson_graense AS exact
        ON exact.antal = counted.numerator
    LEFT JOIN withheld
        ON withheld.indicator_id = counted.indicator_id
        AND withheld.year = counted.year
)

SELECT
    limited.indicator_id,
    CAST(limited.year AS INTEGER) AS year,
    limited.geo_level,
    limited.geo_code,
    limited.geo_version,
    limited.breakdown_dim,
    limited.breakdown_value,
    geography_name.geo_name,
    limited.reference_date,
    limited.numerator,
    limited.denominator,
    CASE WHEN is_withheld THEN NULL WHEN per IS NULL THEN x WHEN n <> 0 THEN per * x / n END AS value,
    limited.unit,
    CASE WHEN NOT is_withheld THEN per * lower_95 END AS lower_95,
    CASE WHEN NOT is_withheld THEN per * upper_95 END AS upper_95,
    limited.missing,
    -- SDMX: A is a normal value, B the first after a break in series, L a value that nobody collected from everybody,
    -- M a value that cannot exist.
    CASE WHEN is_withheld THEN 'L' WHEN per IS NOT NULL AND COALESCE(n, 0) = 0 THEN 'M' WHEN is_break THEN 'B' ELSE 'A' END AS obs_status,
    -- SDMX: F is free for publication.
    'F' AS conf_status,
    limited.definition_version
FROM limited
INNER JOIN geography_name
    ON geography_name.geo_level = limited.geo_level
    AND geography_name.geo_code = limited.geo_code
