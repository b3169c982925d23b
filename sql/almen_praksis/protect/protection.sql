-- One row is how many figures an indicator has on a level in a year, and how many of them are hidden: since they tell of a few,
-- or since the level is never published. No reasons by figure: they would say which one is small.
WITH counted AS (
    SELECT
        indicator_id,
        year,
        geo_level,
        COUNT(*) FILTER (WHERE NOT below_lowest) AS hidden,
        COUNT(*) FILTER (WHERE below_lowest) AS below_lowest
    FROM hidden_cell
    GROUP BY indicator_id, year, geo_level
)

SELECT
    protection.indicator_id,
    protection.year,
    protection.geo_level,
    protection.figures,
    COALESCE(counted.hidden, 0) AS hidden,
    COALESCE(counted.below_lowest, 0) AS below_lowest
FROM protection
LEFT JOIN counted
    ON counted.indicator_id = protection.indicator_id
    AND counted.year = protection.year
    AND counted.geo_level = protection.geo_level
