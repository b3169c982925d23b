-- One row is a share outside 0 to 100, or a part larger than its whole. A share is what has Wilson's interval.
-- severity: error
-- remedy: Look at the indicator's SQL: its numerator must be a part of its denominator.
SELECT
    series.indicator_id,
    series.year,
    series.geo_level,
    series.geo_code,
    series.geo_version,
    series.numerator,
    series.denominator,
    series.value
FROM indicator_value AS series
INNER JOIN indicator
    ON indicator.indicator_id = series.indicator_id
    AND indicator.interval_method = 'wilson'
WHERE series.value < 0
    OR series.value > 100
    OR series.numerator < 0
    OR series.numerator > series.denominator
    OR series.missing < 0
