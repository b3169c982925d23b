-- One row is a target's progress by a method, without the numbers that tell of a hidden one.
WITH first_hidden AS (
    SELECT indicator_id, geo_level, geo_code, geo_version, MIN(year) AS year
    FROM hidden_cell
    WHERE breakdown_dim = 'all'
    GROUP BY indicator_id, geo_level, geo_code, geo_version
)

SELECT
    progress_method.target_id,
    progress_method.geo_level,
    progress_method.geo_code,
    progress_method.geo_version,
    progress_method.year,
    progress_method.method,
    progress_method.indicator_id,
    progress_method.geo_name,
    CASE WHEN hidden.year IS NULL THEN progress_method.value END AS value,
    progress_method.unit,
    progress_method.baseline_year,
    CASE WHEN hidden.year IS NULL THEN progress_method.baseline_value END AS baseline_value,
    progress_method.target_value,
    progress_method.evaluation_year,
    CASE WHEN hidden.year IS NULL THEN progress_method.required_pace END AS required_pace,
    CASE WHEN hidden.year IS NULL THEN progress_method.observed_pace END AS observed_pace,
    CASE WHEN hidden.year IS NULL THEN progress_method.projected_value END AS projected_value,
    CASE WHEN hidden.year IS NULL THEN progress_method.method_status ELSE 'not_assessable' END AS method_status,
    CASE WHEN hidden.year IS NULL THEN progress_method.reason ELSE 'hidden' END AS reason,
    CASE WHEN hidden.year IS NULL THEN progress_method.score END AS score
FROM progress_method
LEFT JOIN first_hidden AS hidden
    ON hidden.indicator_id = progress_method.indicator_id
    AND hidden.geo_level = progress_method.geo_level
    AND hidden.geo_code = progress_method.geo_code
    AND hidden.geo_version = progress_method.geo_version
    AND hidden.year <= progress_method.year
