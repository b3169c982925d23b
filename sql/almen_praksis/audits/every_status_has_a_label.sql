-- One row is a word for a state that a published table uses and status_label does not explain.
-- severity: error
-- remedy: Add the word with its names and meaning to pipelines/reference/statusord.csv.
WITH used AS (
    SELECT 'progress' AS status_list, status FROM goal_progress
    UNION
    SELECT 'progress', status FROM target_status
    UNION
    SELECT 'change', observed_change FROM goal_progress
    UNION
    SELECT 'method', method FROM progress_method
    UNION
    SELECT 'method_reading', method_status FROM progress_method
    UNION
    SELECT 'reason', reason FROM progress_method WHERE reason IS NOT NULL
    UNION
    SELECT 'reason', reason FROM goal_progress WHERE reason IS NOT NULL
    UNION
    SELECT 'milestone', state FROM milestone_status
    UNION
    SELECT 'funding', status FROM funding_status
    UNION
    SELECT 'funding', status FROM funding_part
    UNION
    SELECT 'observation', obs_status FROM indicator_value
    UNION
    SELECT 'confidentiality', conf_status FROM indicator_value
    UNION
    SELECT 'reconciliation', verdict FROM reconciliation
    UNION
    SELECT 'target_kind', target_kind FROM target
    UNION
    SELECT 'time_kind', time_kind FROM indicator
    UNION
    SELECT 'initiative_type', initiative_type FROM initiative
    UNION
    SELECT 'measurability', measurability FROM initiative
    UNION
    SELECT 'present_status', present_status FROM initiative
)

SELECT used.status_list, used.status
FROM used
LEFT JOIN status_label AS label
    ON label.status_list = used.status_list
    AND label.status = used.status
WHERE label.status IS NULL
