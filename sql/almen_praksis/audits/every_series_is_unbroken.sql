-- One row is a series of the country, a region or a training region that lacks a year which its indicator has there from
-- the series' first year on: a series that stops, or is broken, while others go on.
-- severity: error
-- remedy: Look whether the year's places are read in the right geography: region_municipality tells which.
WITH counted AS (
    SELECT DISTINCT indicator_id, geo_level, geo_code, geo_version, year
    FROM indicator_value
    WHERE breakdown_dim = 'all' AND geo_level IN ('country', 'region', 'training_region')
),

series AS (
    SELECT indicator_id, geo_level, geo_code, geo_version, MIN(year) AS first_year
    FROM counted
    GROUP BY indicator_id, geo_level, geo_code, geo_version
),

indicator_year AS (
    SELECT DISTINCT indicator_id, geo_level, year FROM counted
)

SELECT series.indicator_id, series.geo_level, series.geo_code, series.geo_version, indicator_year.year
FROM series
INNER JOIN indicator_year
    ON indicator_year.indicator_id = series.indicator_id
    AND indicator_year.geo_level = series.geo_level
    AND indicator_year.year > series.first_year
LEFT JOIN counted
    ON counted.indicator_id = series.indicator_id
    AND counted.geo_level = series.geo_level
    AND counted.geo_code = series.geo_code
    AND counted.geo_version = series.geo_version
    AND counted.year = indicator_year.year
WHERE counted.year IS NULL
