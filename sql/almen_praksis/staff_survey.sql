-- One row is a year's survey of staff: how many practices there were, how many answered, and how many of the answers
-- named somebody. Answers are numbered from 1 without a gap, as the line above the table in each file says how many
-- they are; one that named nobody has a number and no row.
WITH answer AS (
    SELECT MAX(besvarelse) AS answers, COUNT(DISTINCT besvarelse) AS answers_with_staff
    FROM plo_personale
)

SELECT
    $year AS year,
    practice.practices,
    answer.answers,
    answer.answers_with_staff
FROM answer
CROSS JOIN (SELECT COUNT(*) AS practices FROM active_practice WHERE year = $year) AS practice
WHERE answer.answers > 0
