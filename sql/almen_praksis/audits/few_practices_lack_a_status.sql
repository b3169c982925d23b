-- One row is a country or region where many of the practices lack what an indicator of goal 1 needs.
-- severity: warn
-- remedy: Ask the region for the missing status rows; the values stand on the practices that have one.
SELECT
    series.indicator_id,
    series.year,
    series.geo_level,
    series.geo_code,
    series.geo_version,
    series.denominator,
    series.missing
FROM indicator_value AS series
INNER JOIN indicator
    ON indicator.indicator_id = series.indicator_id
    AND indicator.goal_id = 'u1'
    AND indicator.interval_method = 'wilson'
INNER JOIN taerskel AS most
    ON most.taerskel = 'manglende_status_hoejst_pct'
WHERE series.breakdown_dim = 'all'
    AND series.geo_level IN ('country', 'region')
    AND 100 * series.missing > most.vaerdi * (series.denominator + series.missing)
