-- One row is the limits of confidence of what an indicator counts, at a level, before they are scaled to its unit.
-- Shares have Wilson's (Wilson 1927); rates of independent events have Byar's, and the exact Poisson limits where fewer
-- than ten were counted.
-- What comes together in clusters is not independent: who has one contact has more, and a practice's patients answer alike.
-- The variance of the sum is then that of a ratio over k clusters: k / (k - 1) times the sum of the squares of what each
-- cluster has beyond the ratio times its size. Means and indices have the ratio and as many of its standard errors. Rates of
-- persons' contacts, which may be few, have Byar's limits with their distance from the rate stretched by the square root of
-- the ratio between that variance and the Poisson one (Dobson and others 1991), which is at least 1.
-- Where a delivery withholds small counts, the lower limit is that of the lowest share that is possible, and the upper one
-- that of the highest.
WITH counted AS (
    SELECT
        measure.*,
        definition.interval_method AS method,
        level.niveau AS level,
        CAST(measure.numerator AS DOUBLE) AS x,
        CAST(measure.denominator AS DOUBLE) AS n,
        CAST(COALESCE(measure.lowest_numerator, measure.numerator) AS DOUBLE) AS lowest_x,
        CAST(COALESCE(measure.lowest_denominator, measure.denominator) AS DOUBLE) AS lowest_n,
        CAST(COALESCE(measure.highest_numerator, measure.numerator) AS DOUBLE) AS highest_x,
        CAST(COALESCE(measure.highest_denominator, measure.denominator) AS DOUBLE) AS highest_n,
        CAST(measure.numerator AS DOUBLE) / CAST(measure.denominator AS DOUBLE) AS ratio,
        CAST(COALESCE(measure.clusters, measure.denominator) AS DOUBLE) AS k,
        CAST(level.fraktil AS DOUBLE) AS z
    FROM indicator_count AS measure
    INNER JOIN indicator_definition AS definition
        ON definition.indicator_id = measure.indicator_id
    CROSS JOIN konfidens AS level
    WHERE measure.denominator > 0 AND measure.numerator >= 0
),

-- Of one cluster no variance can be told. GREATEST passes NULL over, so that it is asked for first.
varied AS (
    SELECT
        *,
        CASE
            WHEN k > 1 AND squares IS NOT NULL
                THEN GREATEST(
                    CAST(squares AS DOUBLE)
                    - 2 * ratio * CAST(COALESCE(cross_products, numerator) AS DOUBLE)
                    + ratio * ratio * CAST(COALESCE(denominator_squares, denominator) AS DOUBLE),
                    0
                ) * k / (k - 1)
        END AS variance
    FROM counted
),

limited AS (
    SELECT
        counted.*,
        CASE
            WHEN counted.method = 'byar' OR counted.x = 0 THEN 1
            WHEN counted.method = 'byar_person' AND counted.variance IS NOT NULL
                THEN SQRT(GREATEST(counted.variance / counted.x, 1))
        END AS stretch,
        CASE
            WHEN counted.x < 10 THEN exact.nedre
            ELSE counted.x * POWER(1 - 1 / (9 * counted.x) - counted.z / (3 * SQRT(counted.x)), 3)
        END AS poisson_lower,
        CASE
            WHEN counted.x < 10 THEN exact.oevre
            ELSE (counted.x + 1) * POWER(1 - 1 / (9 * (counted.x + 1)) + counted.z / (3 * SQRT(counted.x + 1)), 3)
        END AS poisson_upper
    FROM varied AS counted
    LEFT JOIN poisson_graense AS exact
        ON exact.niveau = counted.level
        AND exact.antal = counted.numerator
)

SELECT
    indicator_id,
    year,
    geo_level,
    geo_code,
    geo_version,
    breakdown_dim,
    breakdown_value,
    level,
    CASE
        WHEN method = 'wilson' AND lowest_x <= lowest_n
            THEN (2 * lowest_x + z * z - z * SQRT(z * z + 4 * lowest_x * (1 - lowest_x / lowest_n))) / (2 * (lowest_n + z * z))
        WHEN stretch IS NOT NULL AND method IN ('byar', 'byar_person') THEN GREATEST(x + stretch * (poisson_lower - x), 0) / n
        WHEN variance IS NOT NULL AND method = 'cluster' THEN GREATEST(ratio - z * SQRT(variance) / n, 0)
    END AS lower_limit,
    CASE
        WHEN method = 'wilson' AND highest_x <= highest_n
            THEN (2 * highest_x + z * z + z * SQRT(z * z + 4 * highest_x * (1 - highest_x / highest_n)))
            / (2 * (highest_n + z * z))
        WHEN method IN ('byar', 'byar_person') THEN (x + stretch * (poisson_upper - x)) / n
        WHEN method = 'cluster' THEN ratio + z * SQRT(variance) / n
    END AS upper_limit
FROM limited
WHERE method IN ('wilson', 'byar', 'byar_person', 'cluster')
