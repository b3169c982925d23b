-- One row is a place's practices of a year of which the survey of staff tells less than a figure needs: those that no
-- answer is known to be from, and those of which the answer or the capacities are not known. What is a sum of answers
-- lacks the first, and what is set against capacities or weighted up by them the second.
SELECT
    $year AS year,
    $reference_date AS reference_date,
    place_code,
    COUNT(*) FILTER (WHERE NOT has_answered) AS without_answer,
    COUNT(*) FILTER (WHERE NOT has_answered OR capacities IS NULL) AS without_answer_or_capacities
FROM practice_staff
WHERE year = $year
GROUP BY place_code
