-- One row is the country's longest time from the start of a doctor's foundation course to that of the main course, in
-- months, and the months of a year, among doctors who begin a main course in the year and whose foundation course is in
-- the extracts; the others are missing.
-- The extracts begin in some year, and no time longer than the years since can be seen. A year therefore has a figure
-- only where they reach back further than the longest limit: before that every limit would be kept, whatever happened.
WITH foundation AS (
    SELECT person_id, MIN(starts) AS starts
    FROM training_post
    WHERE post_type = 'KBU' AND is_filled AND person_id IS NOT NULL
    GROUP BY person_id
),

seen AS (
    SELECT MIN(year) AS first_year FROM training_post WHERE post_type = 'KBU'
),

longest AS (
    SELECT MAX(target_value) AS years FROM target_definition WHERE indicator_id = $model
),

begun AS (
    SELECT
        main.year,
        12 * (DATE_PART('year', main.starts) - DATE_PART('year', foundation.starts))
        + (DATE_PART('month', main.starts) - DATE_PART('month', foundation.starts))
        + (DATE_PART('day', main.starts) - DATE_PART('day', foundation.starts)) / CAST(31 AS DOUBLE) AS months,
        main.year - seen.first_year > longest.years AS is_visible
    FROM training_post AS main
    CROSS JOIN seen
    CROSS JOIN longest
    LEFT JOIN foundation
        ON foundation.person_id = main.person_id
        -- One that begins afterwards is of another course.
        AND foundation.starts <= main.starts
    WHERE main.post_type = 'H' AND main.is_filled
)

SELECT
    national.year,
    national.reference_date,
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    COALESCE(MAX(CASE WHEN begun.is_visible THEN begun.months END), 0) AS numerator,
    -- Without a time there is nothing to divide.
    CASE WHEN COUNT(CASE WHEN begun.is_visible THEN begun.months END) > 0 THEN 12 ELSE 0 END AS denominator,
    COUNT(*) - COUNT(CASE WHEN begun.is_visible THEN begun.months END) AS missing
FROM begun
INNER JOIN national
    ON national.year = begun.year
GROUP BY national.year, national.reference_date, national.geo_code, national.geo_version
