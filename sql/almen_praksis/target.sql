-- One row is a target, with the goal it belongs to.
SELECT
    target.target_id,
    target.indicator_id,
    indicator.goal_id,
    goal.title_da AS goal_da,
    goal.title_en AS goal_en,
    target.target_kind,
    target.op,
    target.target_value,
    target.unit,
    CAST(target.target_year AS INTEGER) AS target_year,
    target.reference_date,
    CAST(target.evaluation_year AS INTEGER) AS evaluation_year,
    evaluation.evaluation_date,
    evaluation.judged_on_da,
    evaluation.judged_on_en,
    CAST(target.baseline_year AS INTEGER) AS baseline_year,
    target.baseline_value,
    target.baseline_date,
    target.valid_from,
    target.valid_to,
    target.natural_limit,
    target.baseline_status_da,
    target.baseline_status_en,
    target.direction,
    target.target_scope,
    target.geo_code,
    target.note_da,
    target.note_en,
    target.source
FROM target_definition AS target
INNER JOIN indicator_definition AS indicator
    ON indicator.indicator_id = target.indicator_id
INNER JOIN goal
    ON goal.goal_id = indicator.goal_id
INNER JOIN target_evaluation AS evaluation
    ON evaluation.target_id = target.target_id
