-- One row is a profession's staff in a municipality in a year from the baseline on, beside that of the baseline and of
-- the year before, none where the year before has no extract.
WITH answer AS (
    SELECT year, place_code, profession, persons, full_time_equivalents
    FROM staff
    WHERE counts_as_staff
),

first AS (
    SELECT MIN(baseline_year) AS year FROM target_definition WHERE indicator_id = 'u2_personale_vaekst_pct'
),

baseline AS (
    SELECT answer.place_code, answer.profession, answer.persons, answer.full_time_equivalents
    FROM answer
    INNER JOIN first
        ON first.year = answer.year
),

-- A municipality may have a profession in one of the years only. Without the baseline's extract nothing has grown.
cell AS (
    SELECT
        national.year,
        national.reference_date,
        known.place_code,
        known.profession,
        before.year IS NOT NULL AS has_year_before
    FROM national
    INNER JOIN first
        ON first.year <= national.year
    INNER JOIN national AS at_baseline
        ON at_baseline.year = first.year
    LEFT JOIN national AS before
        ON before.year = national.year - 1
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
    CASE WHEN cell.has_year_before THEN COALESCE(earlier.full_time_equivalents, 0) END AS full_time_equivalents_year_before
FROM cell
LEFT JOIN answer AS today
    ON today.year = cell.year AND today.place_code = cell.place_code AND today.profession = cell.profession
LEFT JOIN answer AS earlier
    ON earlier.year = cell.year - 1 AND earlier.place_code = cell.place_code AND earlier.profession = cell.profession
LEFT JOIN baseline
    ON baseline.place_code = cell.place_code AND baseline.profession = cell.profession
