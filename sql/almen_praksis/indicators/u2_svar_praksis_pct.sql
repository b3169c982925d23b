-- One row is a place's active practices, and those of them that an answer to the survey of staff is known to be from.
SELECT
    place_code AS geo_code,
    COUNT(*) FILTER (WHERE has_answered) AS numerator,
    COUNT(*) AS denominator
FROM practice_staff
WHERE year = $year
GROUP BY place_code
