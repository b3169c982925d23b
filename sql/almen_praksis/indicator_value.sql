-- One row is the value of an indicator in a year, a geography and a breakdown.
-- The ratio is computed once, here, from exact counts. Intervals are Wilson's at 95 % (Wilson 1927).
WITH counted AS (
    SELECT
        indicator_count.*,
        CAST(numerator AS DOUBLE) AS x,
        CAST(denominator AS DOUBLE) AS n,
        -- The 97.5 % quantile of the standard normal distribution.
        CAST('1.959963984540054' AS DOUBLE) AS z
    FROM indicator_count
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
    CASE WHEN definition.per IS NULL THEN x WHEN n > 0 THEN definition.per * x / n END AS value,
    definition.unit,
    CASE
        WHEN n > 0 AND x BETWEEN 0 AND n AND definition.interval_method = 'wilson'
            THEN definition.per * (2 * x + z * z - z * SQRT(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))
    END AS lower_95,
    CASE
        WHEN n > 0 AND x BETWEEN 0 AND n AND definition.interval_method = 'wilson'
            THEN definition.per * (2 * x + z * z + z * SQRT(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))
    END AS upper_95,
    counted.missing,
    -- SDMX: A is a normal value, M a value that cannot exist.
    CASE WHEN definition.per IS NULL OR n > 0 THEN 'A' ELSE 'M' END AS obs_status,
    -- SDMX: F is free for publication.
    'F' AS conf_status,
    CAST(definition.definition_version AS INTEGER) AS definition_version
FROM counted
INNER JOIN indicator_definition AS definition
    ON definition.indicator_id = counted.indicator_id
INNER JOIN geography_name
    ON geography_name.geo_level = counted.geo_level
    AND geography_name.geo_code = counted.geo_code
