-- One row is the country's longest time from the start of a doctor's foundation course to that of the main course, in
-- months, and the months of a year, among doctors who begin a main course in the year.
WITH foundation AS (
    SELECT person_id, MIN(starts) AS starts
    FROM training_post
    WHERE post_type = 'KBU' AND is_filled AND person_id IS NOT NULL
    GROUP BY person_id
)

SELECT
    national.year,
    national.reference_date,
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(
        12 * (DATE_PART('year', main.starts) - DATE_PART('year', foundation.starts))
        + (DATE_PART('month', main.starts) - DATE_PART('month', foundation.starts))
        + (DATE_PART('day', main.starts) - DATE_PART('day', foundation.starts)) / CAST(31 AS DOUBLE)
    ) AS numerator,
    12 AS denominator
FROM training_post AS main
INNER JOIN foundation
    ON foundation.person_id = main.person_id
INNER JOIN national
    ON national.year = main.year
WHERE main.post_type = 'H' AND main.is_filled
GROUP BY national.year, national.reference_date, national.geo_code, national.geo_version
