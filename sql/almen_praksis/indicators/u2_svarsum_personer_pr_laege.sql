-- One row is a place's persons employed as staff in the answers, and the doctor capacities of all its practices.
-- Practices without a known answer or capacities are missing.
WITH part AS (
    SELECT place_code, persons, CAST(0 AS DECIMAL(5, 2)) AS capacities, CAST(0 AS BIGINT) AS missing
    FROM staff
    WHERE year = $year AND counts_as_staff
    UNION ALL
    SELECT place_code, CAST(0 AS BIGINT), COALESCE(capacities, CAST(0 AS DECIMAL(5, 2))), CAST(0 AS BIGINT)
    FROM practice_staff
    WHERE year = $year
    UNION ALL
    SELECT place_code, CAST(0 AS BIGINT), CAST(0 AS DECIMAL(5, 2)), without_answer_or_capacities
    FROM staff_missing
    WHERE year = $year
)

SELECT place_code AS geo_code, SUM(persons) AS numerator, SUM(capacities) AS denominator, SUM(missing) AS missing
FROM part
GROUP BY place_code
