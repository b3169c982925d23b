-- One row is a national count that is not the sum of the regions of a geography and of the places that belong to none.
-- severity: error
-- remedy: A place is missing from kommune_geografi.csv, or stands in two regions.
WITH version AS (
    SELECT DISTINCT geo_version FROM kommune_geografi
),

-- What is counted for a region of another geography can't be shared out to the regions of this one.
left_open AS (
    SELECT DISTINCT measure.indicator_id, measure.year, overlap.geo_version
    FROM indicators AS measure
    INNER JOIN geography_overlap AS overlap
        ON overlap.place_code = measure.geo_code
        AND overlap.year = measure.year
    WHERE measure.geo_level = 'place'
),

without_region AS (
    SELECT kommunekode AS place_code FROM kommune GROUP BY kommunekode HAVING COUNT(regionskode) = 0
),

part AS (
    SELECT indicator_id, year, breakdown_dim, breakdown_value, geo_version, numerator, denominator, missing
    FROM indicator_count
    WHERE geo_level = 'region'
    UNION ALL
    SELECT
        series.indicator_id,
        series.year,
        series.breakdown_dim,
        series.breakdown_value,
        version.geo_version,
        series.numerator,
        series.denominator,
        series.missing
    FROM indicator_count AS series
    INNER JOIN without_region
        ON without_region.place_code = series.geo_code
    CROSS JOIN version
    WHERE series.geo_level = 'municipality'
),

summed AS (
    SELECT
        indicator_id,
        year,
        breakdown_dim,
        breakdown_value,
        geo_version,
        SUM(numerator) AS numerator,
        SUM(denominator) AS denominator,
        SUM(missing) AS missing
    FROM part
    GROUP BY indicator_id, year, breakdown_dim, breakdown_value, geo_version
)

SELECT
    country.indicator_id,
    country.year,
    country.breakdown_dim,
    country.breakdown_value,
    version.geo_version,
    country.numerator,
    summed.numerator AS sum_of_numerators,
    country.denominator,
    summed.denominator AS sum_of_denominators,
    country.missing,
    summed.missing AS sum_of_missing
FROM indicator_count AS country
INNER JOIN indicator
    ON indicator.indicator_id = country.indicator_id
    AND indicator.rollup_method = 'sum'
CROSS JOIN version
LEFT JOIN summed
    ON summed.indicator_id = country.indicator_id
    AND summed.year = country.year
    AND summed.breakdown_dim = country.breakdown_dim
    AND summed.breakdown_value = country.breakdown_value
    AND summed.geo_version = version.geo_version
LEFT JOIN left_open
    ON left_open.indicator_id = country.indicator_id
    AND left_open.year = country.year
    AND left_open.geo_version = version.geo_version
WHERE country.geo_level = 'country'
    AND left_open.indicator_id IS NULL
    AND (
        summed.indicator_id IS NULL
        OR summed.numerator <> country.numerator
        OR COALESCE(summed.denominator, -1) <> COALESCE(country.denominator, -1)
        OR summed.missing <> country.missing
    )
