-- One row is the country's pairs of specialty and training region with a vacant main course and no introduction post in the year.
WITH pair AS (
    SELECT
        specialty,
        training_region,
        BOOL_OR(post_type = 'H' AND NOT is_filled) AS has_vacancy,
        BOOL_OR(post_type = 'I') AS has_introduction
    FROM training_post
    WHERE year = $year AND specialty IS NOT NULL
    GROUP BY specialty, training_region
)

SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    COUNT(*) FILTER (WHERE pair.has_vacancy AND NOT pair.has_introduction) AS numerator
FROM pair
CROSS JOIN national
GROUP BY national.geo_code, national.geo_version
