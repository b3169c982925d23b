-- One row is a geography's main courses in general practice beyond the ordinary training plan, in the year: those
-- planned, and once more those posted and those filled beyond it.
WITH plan AS (
    SELECT
        geo_level,
        geo_code,
        geo_version,
        COALESCE(SUM(posts) FILTER (WHERE is_extra), 0) AS extra,
        COALESCE(SUM(posts) FILTER (WHERE NOT is_extra), 0) AS ordinary
    FROM planned_course
    WHERE reference_year = $year AND year = $year AND post_type = 'H' AND specialty = 'almen_medicin'
    GROUP BY geo_level, geo_code, geo_version
),

beyond AS (
    SELECT plan.*, fill.posted, fill.filled
    FROM plan
    INNER JOIN training_fill AS fill
        ON fill.year = $year
        AND fill.geo_level = plan.geo_level
        AND fill.geo_code = plan.geo_code
        AND fill.geo_version = plan.geo_version
        AND fill.post_type = 'H'
        AND fill.specialty = 'almen_medicin'
)

SELECT geo_level, geo_code, geo_version, 'all' AS breakdown_dim, 'all' AS breakdown_value, extra AS numerator
FROM plan
UNION ALL
SELECT geo_level, geo_code, geo_version, 'stage', 'posted', posted - ordinary
FROM beyond
UNION ALL
SELECT geo_level, geo_code, geo_version, 'stage', 'filled', filled - ordinary
FROM beyond
