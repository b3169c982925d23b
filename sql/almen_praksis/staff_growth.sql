-- One row is a profession's staff in a municipality in a year, beside that of the baseline of 2018 and of the year before.
WITH answer AS (
    SELECT year, place_code, profession, persons, full_time_equivalents
    FROM staff
    WHERE counts_as_staff
),

baseline AS (
    SELECT answer.place_code, answer.profession, answer.persons, answer.full_time_equivalents
    FROM answer
    INNER JOIN (SELECT MIN(baseline_year) AS year FROM target_definition WHERE indicator_id = 'u2_personale_vaekst_pct') AS first
        ON first.year = answer.year
),

-- A municipality may have a profession in one of the years only.
cell AS (
    SELECT national.year, national.reference_date, known.place_code, known.profession
    FROM national
    CROSS JOIN (SELECT DISTINCT place_code, profession FROM answer) AS known
)

SELECT
    cell.year,
    cell.reference_date,
    cell.place_code,
    cell.profession,
    COALESCE(today.persons, 0) AS persons,
    COALESCE(baseline.persons, 0) AS baseline_persons,
    COALESCE(today.full_time_equivalents, 0) AS full_time_equivalents,
    COALESCE(baseline.full_time_equivalents, 0) AS baseline_full_time_equivalents,
    COALESCE(earlier.full_time_equivalents, 0) AS full_time_equivalents_year_before
FROM cell
LEFT JOIN answer AS today
    ON today.year = cell.year AND today.place_code = cell.place_code AND today.profession = cell.profession
LEFT JOIN answer AS earlier
    ON earlier.year = cell.year - 1 AND earlier.place_code = cell.place_code AND earlier.profession = cell.profession
LEFT JOIN baseline
    ON baseline.place_code = cell.place_code AND baseline.profession = cell.profession
