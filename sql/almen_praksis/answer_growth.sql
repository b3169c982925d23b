-- One row is a profession's staff in the answers from a municipality in a year from the baseline on, beside that of the
-- baseline and of the year before, none where the year before has no extract. These are plain sums, as the published
-- figures are: they grow where more practices answer. `staff_growth` is weighted up to all practices.
WITH answer AS (
    SELECT year, place_code, profession, full_time_equivalents
    FROM staff
    WHERE counts_as_staff
),

baseline AS (
    SELECT answer.place_code, answer.profession, answer.full_time_equivalents
    FROM answer
    INNER JOIN staff_baseline AS first
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
    INNER JOIN staff_baseline AS first
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
    COALESCE(today.full_time_equivalents, CAST(0 AS DECIMAL(18, 2))) AS full_time_equivalents,
    COALESCE(baseline.full_time_equivalents, CAST(0 AS DECIMAL(18, 2))) AS baseline_full_time_equivalents,
    CASE
        WHEN cell.has_year_before THEN COALESCE(earlier.full_time_equivalents, CAST(0 AS DECIMAL(18, 2)))
    END AS full_time_equivalents_year_before
FROM cell
LEFT JOIN answer AS today
    ON today.year = cell.year AND today.place_code = cell.place_code AND today.profession = cell.profession
LEFT JOIN answer AS earlier
    ON earlier.year = cell.year - 1 AND earlier.place_code = cell.place_code AND earlier.profession = cell.profession
LEFT JOIN baseline
    ON baseline.place_code = cell.place_code AND baseline.profession = cell.profession
