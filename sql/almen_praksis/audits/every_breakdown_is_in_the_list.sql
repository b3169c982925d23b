-- One row is a breakdown that values stand under and that no list names.
-- severity: error
-- remedy: Add it to pipelines/reference/opdeling.csv and opdelingsvaerdi.csv, or to the list that breakdown.sql takes it from.
SELECT series.indicator_id, series.breakdown_dim, series.breakdown_value, COUNT(*) AS rows_there
FROM indicator_value AS series
LEFT JOIN breakdown
    ON breakdown.breakdown_dim = series.breakdown_dim
    AND breakdown.breakdown_value = series.breakdown_value
WHERE breakdown.breakdown_dim IS NULL
GROUP BY series.indicator_id, series.breakdown_dim, series.breakdown_value
