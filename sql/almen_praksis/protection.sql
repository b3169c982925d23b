-- One row is how many figures an indicator has on a level in a year, and how many of them are hidden.
-- Nothing is hidden yet in what is derived: the mask of the same name counts.
SELECT
    indicator_id,
    year,
    geo_level,
    COUNT(*) AS figures,
    CAST(0 AS BIGINT) AS hidden,
    CAST(0 AS BIGINT) AS below_lowest
FROM indicator_value
GROUP BY indicator_id, year, geo_level
