-- One row is a national count that is not the sum of its regions and of the places that belong to none.
-- severity: error
-- remedy: A place is missing from kommune_geografi.csv, or stands in two regions.
WITH part AS (
    SELECT series.indicator_id, series.year, series.breakdown_dim, series.breakdown_value, series.geo_version, series.numerator, series.denominator, series.missing
    FROM indicator_value AS series
    WHERE series.geo_level = 'region'
    UNION ALL
    SELECT series.indicator_id, series.year, series.breakdown_dim, series.breakdown_value, series.geo_version, series.numerator, series.denominator, series.missing
    FROM indicator_value AS series
    INNER JOIN geography
        ON geography.geo_level = series.geo_level
        AND geography.geo_code = series.geo_code
        AND geography.parent_code IS NULL
    WHERE series.geo_level = 'municipality'
),

summed AS (
    SELECT indicator_id, year, breakdown_dim, breakdown_value, geo_version, SUM(numerator) AS numerator, SUM(denominator) AS denominator, SUM(missing) AS missing
    FROM part
    GROUP BY indicator_id, year, breakdown_dim, breakdown_value, geo_version
)

SELECT
    country.indicator_id,
    country.year,
    country.numerator,
    summed.numerator AS sum_of_numerators,
    country.denominator,
    summed.denominator AS sum_of_denominators,
    country.missing,
    summed.missing AS sum_of_missing
FROM indicator_value AS country
INNER JOIN indicator
    ON indicator.indicator_id = country.indicator_id
    AND indicator.rollup_method = 'sum'
LEFT JOIN summed
    ON summed.indicator_id = country.indicator_id
    AND summed.year = country.year
    AND summed.breakdown_dim = country.breakdown_dim
    AND summed.breakdown_value = country.breakdown_value
    AND summed.geo_version = country.geo_version
WHERE country.geo_level = 'country'
    AND (
        summed.indicator_id IS NULL
        OR summed.numerator <> country.numerator
        OR COALESCE(summed.denominator, -1) <> COALESCE(country.denominator, -1)
        OR summed.missing <> country.missing
    )
