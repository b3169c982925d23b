-- One row is a place's doctor capacities, and those of the practices that an answer to the survey of staff is known to
-- be from. A practice whose capacities are not known is missing.
SELECT
    place_code AS geo_code,
    COALESCE(SUM(capacities) FILTER (WHERE has_answered), CAST(0 AS DECIMAL(5, 2))) AS numerator,
    COALESCE(SUM(capacities), CAST(0 AS DECIMAL(5, 2))) AS denominator,
    COUNT(*) - COUNT(capacities) AS missing
FROM practice_staff
WHERE year = $year
GROUP BY place_code
