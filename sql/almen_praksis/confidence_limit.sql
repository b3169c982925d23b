-- One row is the limits of confidence of what an indicator counts, at a level, before they are scaled to its unit.
-- Shares have Wilson's (Wilson 1927); rates of counts have Byar's, and the exact Poisson limits where fewer than ten
-- were counted. With an expected number as the denominator the latter are those of an indirectly standardised ratio.
WITH counted AS (
    SELECT
        measure.*,
        definition.interval_method AS method,
        level.niveau AS level,
        CAST(measure.numerator AS DOUBLE) AS x,
        CAST(measure.denominator AS DOUBLE) AS n,
        CAST(level.fraktil AS DOUBLE) AS z
    FROM indicator_count AS measure
    INNER JOIN indicator_definition AS definition
        ON definition.indicator_id = measure.indicator_id
    CROSS JOIN konfidens AS level
    WHERE measure.denominator > 0 AND measure.numerator >= 0
)

SELECT
    counted.indicator_id,
    counted.year,
    counted.geo_level,
    counted.geo_code,
    counted.geo_version,
    counted.breakdown_dim,
    counted.breakdown_value,
    counted.level,
    CASE
        WHEN method = 'wilson' AND x <= n
            THEN (2 * x + z * z - z * SQRT(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))
        WHEN method = 'byar' AND x < 10 THEN exact.nedre / n
        WHEN method = 'byar' THEN x * POWER(1 - 1 / (9 * x) - z / (3 * SQRT(x)), 3) / n
    END AS lower_limit,
    CASE
        WHEN method = 'wilson' AND x <= n
            THEN (2 * x + z * z + z * SQRT(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))
        WHEN method = 'byar' AND x < 10 THEN exact.oevre / n
        WHEN method = 'byar' THEN (x + 1) * POWER(1 - 1 / (9 * (x + 1)) + z / (3 * SQRT(x + 1)), 3) / n
    END AS upper_limit
FROM counted
LEFT JOIN poisson_graense AS exact
    ON exact.niveau = counted.level
    AND exact.antal = counted.numerator
WHERE counted.method IN ('wilson', 'byar')
