-- One row is the country's doctors whose introduction post in psychiatry began three years before, and those of them who have
-- begun a main course in it since.
WITH psychiatry AS (
    SELECT DISTINCT year, post_type, person_id
    FROM training_post
    WHERE is_filled AND person_id IS NOT NULL AND specialty IN ('psykiatri', 'boerne_og_ungdomspsykiatri')
),

began AS (
    SELECT
        intro.year + 3 AS year,
        intro.person_id,
        COUNT(main.person_id) > 0 AS went_on
    FROM psychiatry AS intro
    LEFT JOIN psychiatry AS main
        ON main.person_id = intro.person_id
        AND main.post_type = 'H'
        AND main.year BETWEEN intro.year AND intro.year + 3
    WHERE intro.post_type = 'I'
    GROUP BY intro.year, intro.person_id
)

SELECT
    national.year,
    national.reference_date,
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    COUNT(*) FILTER (WHERE began.went_on) AS numerator,
    COUNT(*) AS denominator
FROM began
INNER JOIN national
    ON national.year = began.year
GROUP BY national.year, national.reference_date, national.geo_code, national.geo_version
