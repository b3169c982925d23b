-- One row is a geography's planned main courses a year in the latest plan less those of the plan before it, seen from
-- the year before the latest begins; each specialty stands once more under its name.
WITH plan AS (
    SELECT plan_id, MIN(year) AS first_year, COUNT(DISTINCT year) AS years
    FROM planned_course
    WHERE reference_year = $year
    GROUP BY plan_id
),

-- The new plan and the one that it follows.
sign AS (
    SELECT plan_id, years, CASE WHEN first_year = $year + 1 THEN 1 ELSE -1 END AS sign
    FROM plan
    WHERE first_year = $year + 1
        OR first_year = (SELECT MAX(first_year) FROM plan WHERE first_year <= $year)
),

change AS (
    SELECT
        course.geo_level,
        course.geo_code,
        course.geo_version,
        course.specialty,
        sign.sign * CAST(course.posts AS DECIMAL(18, 4)) / sign.years AS posts
    FROM planned_course AS course
    INNER JOIN sign
        ON sign.plan_id = course.plan_id
    WHERE course.reference_year = $year
        AND course.post_type = 'H'
        -- Without a new plan there is nothing to compare.
        AND EXISTS (SELECT 1 FROM plan WHERE plan.first_year = $year + 1)
)

SELECT
    geo_level,
    geo_code,
    geo_version,
    CASE WHEN GROUPING(specialty) = 0 THEN 'specialty' ELSE 'all' END AS breakdown_dim,
    COALESCE(specialty, 'all') AS breakdown_value,
    SUM(posts) AS numerator
FROM change
GROUP BY GROUPING SETS ((geo_level, geo_code, geo_version), (geo_level, geo_code, geo_version, specialty))
