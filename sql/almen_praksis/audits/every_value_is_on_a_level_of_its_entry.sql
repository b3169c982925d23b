-- One row is an indicator with values on a geographical level that its entry does not name.
-- severity: error
-- remedy: Name the level under `levels` in the indicator's entry, or leave it out of the indicator's SQL.
SELECT series.indicator_id, series.geo_level, indicator.levels, COUNT(*) AS rows_there
FROM indicator_value AS series
INNER JOIN indicator
    ON indicator.indicator_id = series.indicator_id
WHERE STRPOS(CONCAT(',', indicator.levels, ','), CONCAT(',', series.geo_level, ',')) = 0
GROUP BY series.indicator_id, series.geo_level, indicator.levels
