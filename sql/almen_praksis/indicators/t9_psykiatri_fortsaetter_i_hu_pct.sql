-- One row is the country's doctors whose introduction post in psychiatry began some years before, and those of them who
-- have begun a main course in it since. The year is that in which the last of them had the years to do so; the period
-- runs from the first day of the introduction posts' year to the last of that one.
WITH psychiatry AS (
    SELECT DISTINCT post.year, post.post_type, post.person_id
    FROM training_post AS post
    INNER JOIN laegespeciale AS specialty
        ON specialty.laegespeciale = post.specialty
        AND specialty.er_psykiatri
    WHERE post.is_filled AND post.person_id IS NOT NULL
),

began AS (
    SELECT
        intro.year + later.vaerdi AS year,
        intro.year AS first_year,
        intro.person_id,
        COUNT(main.person_id) > 0 AS went_on
    FROM psychiatry AS intro
    INNER JOIN taerskel AS later
        ON later.taerskel = 'psykiatri_opfoelgning_aar'
    LEFT JOIN psychiatry AS main
        ON main.person_id = intro.person_id
        AND main.post_type = 'H'
        AND main.year BETWEEN intro.year AND intro.year + later.vaerdi
    WHERE intro.post_type = 'I'
    GROUP BY intro.year, later.vaerdi, intro.person_id
)

SELECT
    national.year,
    national.reference_date,
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAKE_DATE(CAST(began.first_year AS INTEGER), 1, 1) AS period_start,
    MAKE_DATE(CAST(began.year AS INTEGER), 12, 31) AS period_end,
    COUNT(*) FILTER (WHERE began.went_on) AS numerator,
    COUNT(*) AS denominator
FROM began
INNER JOIN national
    ON national.year = began.year
GROUP BY
    national.year,
    national.reference_date,
    national.geo_code,
    national.geo_version,
    began.first_year,
    began.year
