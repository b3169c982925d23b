-- One row is a profession's staff in a municipality in a year from the baseline on, beside that of the baseline and of
-- the year before, none where the year before has no extract.
-- The staff of the practices that answered is weighted up by capacity to all practices of the region: plain sums would
-- grow whenever more practices answer.
WITH answer AS (
    SELECT
        staff.year,
        staff.place_code,
        staff.profession,
        CAST(
            CAST(SUM(staff.persons) AS DECIMAL(12, 2)) * CAST(weight.capacities AS DECIMAL(10, 2))
            / CAST(weight.answered_capacities AS DECIMAL(10, 2))
            AS DECIMAL(18, 6)
        ) AS persons,
        CAST(
            CAST(SUM(staff.full_time_equivalents) AS DECIMAL(12, 2)) * CAST(weight.capacities AS DECIMAL(10, 2))
            / CAST(weight.answered_capacities AS DECIMAL(10, 2))
            AS DECIMAL(18, 6)
        ) AS full_time_equivalents
    FROM staff_answer AS staff
    INNER JOIN staff_weight AS weight
        ON weight.year = staff.year
        AND weight.place_code = staff.place_code
    WHERE staff.counts_as_staff AND staff.capacities IS NOT NULL
    GROUP BY staff.year, staff.place_code, staff.profession, weight.capacities, weight.answered_capacities
),

-- A municipality may have a profession in one of the years only. Where nobody in the region answered in one of the two
-- years, nothing is known to have grown.
cell AS (
    SELECT
        national.year,
        national.reference_date,
        today.place_code,
        known.profession,
        first.year AS baseline_year,
        before.year IS NOT NULL AS has_year_before
    FROM national
    INNER JOIN staff_baseline AS first
        ON first.year <= national.year
    INNER JOIN staff_weight AS today
        ON today.year = national.year
    INNER JOIN staff_weight AS at_baseline
        ON at_baseline.year = first.year
        AND at_baseline.place_code = today.place_code
    LEFT JOIN staff_weight AS before
        ON before.year = national.year - 1
        AND before.place_code = today.place_code
    CROSS JOIN (SELECT DISTINCT profession FROM answer) AS known
)

SELECT
    cell.year,
    cell.reference_date,
    cell.place_code,
    cell.profession,
    COALESCE(today.persons, CAST(0 AS DECIMAL(18, 6))) AS persons,
    COALESCE(baseline.persons, CAST(0 AS DECIMAL(18, 6))) AS baseline_persons,
    COALESCE(today.full_time_equivalents, CAST(0 AS DECIMAL(18, 6))) AS full_time_equivalents,
    COALESCE(baseline.full_time_equivalents, CAST(0 AS DECIMAL(18, 6))) AS baseline_full_time_equivalents,
    CASE
        WHEN cell.has_year_before THEN COALESCE(earlier.full_time_equivalents, CAST(0 AS DECIMAL(18, 6)))
    END AS full_time_equivalents_year_before
FROM cell
LEFT JOIN answer AS today
    ON today.year = cell.year AND today.place_code = cell.place_code AND today.profession = cell.profession
LEFT JOIN answer AS earlier
    ON earlier.year = cell.year - 1 AND earlier.place_code = cell.place_code AND earlier.profession = cell.profession
LEFT JOIN answer AS baseline
    ON baseline.year = cell.baseline_year
    AND baseline.place_code = cell.place_code
    AND baseline.profession = cell.profession
