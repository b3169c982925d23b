-- One row is a share outside 0 to 100, or a part larger than its whole.
-- severity: error
-- remedy: Look at the indicator's SQL: its numerator must be a part of its denominator.
SELECT indicator_id, year, geo_level, geo_code, geo_version, numerator, denominator, value
FROM indicator_value
WHERE unit = 'pct'
    AND (value < 0 OR value > 100 OR numerator < 0 OR numerator > denominator OR missing < 0)
