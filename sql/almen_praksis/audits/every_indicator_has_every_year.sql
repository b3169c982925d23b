-- One row is an indicator that has no value for the country in a year that others have.
-- severity: error
-- remedy: Look at that year's extracts: one may be of another year than its name says.
SELECT known.indicator_id, year_of_any.year
FROM (SELECT DISTINCT indicator_id FROM indicator_value) AS known
CROSS JOIN (SELECT DISTINCT year FROM indicator_value) AS year_of_any
LEFT JOIN indicator_value AS country
    ON country.indicator_id = known.indicator_id
    AND country.year = year_of_any.year
    AND country.geo_level = 'country'
    AND country.breakdown_dim = 'all'
WHERE country.value IS NULL
