-- One row is an indicator without a value in a year that lies between two years with one, and for which no extract is
-- awaited.
-- severity: error
-- remedy: Look at that year's extracts: one may be of another year than its name says.
WITH seen AS (
    SELECT DISTINCT indicator_id, year
    FROM indicator_value
    WHERE breakdown_dim = 'all' AND (value IS NOT NULL OR obs_status = 'L')
),

span AS (
    SELECT indicator_id, MIN(year) AS first_year, MAX(year) AS last_year
    FROM seen
    GROUP BY indicator_id
)

SELECT span.indicator_id, year_of_any.year
FROM span
INNER JOIN (SELECT DISTINCT year FROM indicator_value) AS year_of_any
    ON year_of_any.year BETWEEN span.first_year AND span.last_year
LEFT JOIN seen
    ON seen.indicator_id = span.indicator_id
    AND seen.year = year_of_any.year
LEFT JOIN (SELECT DISTINCT indicator_id, year FROM awaited) AS waiting
    ON waiting.indicator_id = span.indicator_id
    AND waiting.year = year_of_any.year
WHERE seen.year IS NULL AND waiting.year IS NULL
