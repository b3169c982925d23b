-- One row is an indicator that is zero at the start in every geography, as what is counted from a baseline is, and whose
-- entry lets growth rates fit.
-- severity: warn
-- remedy: Give the entry beside the indicator's SQL scale = "change", if it is a growth or a difference.
SELECT progress.indicator_id, COUNT(*) AS rows_from_zero
FROM progress_method AS progress
INNER JOIN indicator
    ON indicator.indicator_id = progress.indicator_id
    AND indicator.scale IS NULL
WHERE progress.method = 'cagr'
GROUP BY progress.indicator_id
HAVING MAX(ABS(progress.baseline_value)) = 0
