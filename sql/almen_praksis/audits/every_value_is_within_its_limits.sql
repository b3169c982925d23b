-- One row is an indicator with values that its entry says it can't have: below the minimum, which is 0 unless the figure is
-- itself a change, or above the maximum; or with means on a scale that its entry lets growth rates fit.
-- severity: error
-- remedy: Give the entry beside its SQL scale = "change" or "score", and its minimum and maximum; or mend the indicator's SQL.
SELECT
    series.indicator_id,
    indicator.scale,
    indicator.minimum,
    indicator.maximum,
    MIN(series.value) AS least_value,
    MAX(series.value) AS most_value
FROM indicator_value AS series
INNER JOIN indicator
    ON indicator.indicator_id = series.indicator_id
-- A ratio of decimals is a double: its last digit may be off. Accounts have corrections, which may come before what they
-- correct, so that their sums may be below nothing for a while.
WHERE series.value < COALESCE(
        CAST(indicator.minimum AS DOUBLE),
        CASE WHEN indicator.scale IS NULL AND STRPOS(indicator.source_registers, 'regnskab') = 0 THEN 0 END
    ) - 0.000000001
    OR series.value > CAST(indicator.maximum AS DOUBLE) + 0.000000001
    OR indicator.unit = 'score_1_5' AND COALESCE(indicator.scale, 'none') <> 'score'
GROUP BY series.indicator_id, indicator.scale, indicator.minimum, indicator.maximum
