-- One row is a breakdown that is said to divide the row `all`, and whose parts do not make it up: the numerators add up to
-- that of `all`, and the denominators do too, or every part has the denominator of `all`.
-- severity: error
-- remedy: Give the parts so that each unit is in one of them, or make what is no part an indicator of its own.
WITH is_divided AS (
    SELECT opdeling AS breakdown_dim FROM opdeling WHERE deler_alle
),

part AS (
    SELECT
        series.indicator_id,
        series.year,
        series.geo_level,
        series.geo_code,
        series.geo_version,
        series.breakdown_dim,
        COUNT(*) AS parts,
        SUM(series.numerator) AS numerator,
        SUM(series.denominator) AS denominator,
        MIN(series.denominator) AS least_denominator,
        MAX(series.denominator) AS most_denominator
    FROM indicator_count AS series
    INNER JOIN is_divided
        ON is_divided.breakdown_dim = series.breakdown_dim
    GROUP BY
        series.indicator_id,
        series.year,
        series.geo_level,
        series.geo_code,
        series.geo_version,
        series.breakdown_dim
    HAVING COUNT(*) = COUNT(series.numerator)
)

SELECT
    part.indicator_id,
    part.year,
    part.geo_level,
    part.geo_code,
    part.geo_version,
    part.breakdown_dim,
    whole.numerator,
    part.numerator AS sum_of_numerators,
    whole.denominator,
    part.denominator AS sum_of_denominators
FROM part
LEFT JOIN indicator_count AS whole
    ON whole.indicator_id = part.indicator_id
    AND whole.year = part.year
    AND whole.geo_level = part.geo_level
    AND whole.geo_code = part.geo_code
    AND whole.geo_version = part.geo_version
    AND whole.breakdown_dim = 'all'
-- Amounts are rounded to four decimals, each place's part by itself.
WHERE whole.indicator_id IS NULL
    OR ABS(part.numerator - whole.numerator) > 0.001 * part.parts
    OR ABS(part.denominator - whole.denominator) > 0.001 * part.parts
    AND NOT (part.least_denominator = whole.denominator AND part.most_denominator = whole.denominator)
