-- One row is a place's full-time equivalents of a profession, or of all (`all`), in a year from the baseline on, beside
-- those of the baseline, and how many practices of the year are missing in them: in the answers (`answers`), or weighted
-- up to all practices (`all_practices`).
WITH growth AS (
    SELECT
        'answers' AS basis,
        year,
        reference_date,
        place_code,
        profession,
        CAST(full_time_equivalents AS DECIMAL(18, 6)) AS staff_now,
        CAST(baseline_full_time_equivalents AS DECIMAL(18, 6)) AS staff_then
    FROM answer_growth
    UNION ALL
    SELECT
        'all_practices',
        year,
        reference_date,
        place_code,
        profession,
        full_time_equivalents,
        baseline_full_time_equivalents
    FROM staff_growth
),

staff AS (
    SELECT
        basis,
        year,
        reference_date,
        place_code,
        COALESCE(profession, 'all') AS profession,
        CAST(SUM(staff_now) AS DECIMAL(18, 6)) AS staff_now,
        CAST(SUM(staff_then) AS DECIMAL(18, 6)) AS staff_then
    FROM growth
    GROUP BY GROUPING SETS (
        (basis, year, reference_date, place_code),
        (basis, year, reference_date, place_code, profession)
    )
),

unknown AS (
    SELECT 'answers' AS basis, year, reference_date, place_code, without_answer AS missing
    FROM staff_missing
    UNION ALL
    SELECT 'all_practices', year, reference_date, place_code, without_answer_or_capacities
    FROM staff_missing
),

part AS (
    SELECT basis, year, reference_date, place_code, profession, staff_now, staff_then, CAST(0 AS BIGINT) AS missing
    FROM staff
    UNION ALL
    -- A practice that has not answered is missing in every profession, also in one that no answer of the year names.
    SELECT
        unknown.basis,
        unknown.year,
        unknown.reference_date,
        unknown.place_code,
        profession.profession,
        CAST(0 AS DECIMAL(18, 6)),
        CAST(0 AS DECIMAL(18, 6)),
        unknown.missing
    FROM unknown
    INNER JOIN (SELECT DISTINCT basis, year FROM staff) AS known
        ON known.basis = unknown.basis
        AND known.year = unknown.year
    CROSS JOIN (SELECT DISTINCT profession FROM staff) AS profession
)

SELECT
    basis,
    year,
    reference_date,
    place_code,
    profession,
    CAST(SUM(staff_now) AS DECIMAL(18, 6)) AS staff_now,
    CAST(SUM(staff_then) AS DECIMAL(18, 6)) AS staff_then,
    SUM(missing) AS missing
FROM part
GROUP BY basis, year, reference_date, place_code, profession
