-- One row is a profession's staff in a municipality on the reference date, in all answers to the survey, those without
-- a provider number too.
SELECT
    year,
    municipality_code AS place_code,
    profession,
    counts_as_staff,
    counted_as_staff_before,
    SUM(persons) AS persons,
    SUM(full_time_equivalents) AS full_time_equivalents
FROM staff_answer
WHERE year = $year
GROUP BY year, municipality_code, profession, counts_as_staff, counted_as_staff_before
