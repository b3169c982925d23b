-- One row is a target that could be followed in a year, since the country has a value, and that goal_progress tells nothing of.
-- severity: error
-- remedy: Look at sql/almen_praksis/target_course.sql: a value between the baseline year and the evaluation year is followed.
SELECT target.target_id, observed.year
FROM target
INNER JOIN indicator_value AS observed
    ON observed.indicator_id = target.indicator_id
    AND observed.year BETWEEN target.baseline_year AND target.evaluation_year
    AND observed.geo_level = 'country'
    AND observed.breakdown_dim = 'all'
    AND observed.value IS NOT NULL
LEFT JOIN goal_progress AS progress
    ON progress.target_id = target.target_id
    AND progress.geo_level = observed.geo_level
    AND progress.year = observed.year
WHERE progress.target_id IS NULL
    AND target.geo_code IS NULL
    AND (target.target_value IS NOT NULL OR target.target_kind = 'qualitative')
    AND target.direction IN ('up', 'down')
    AND target.evaluation_year > target.baseline_year
