-- One row is a place's growth in full-time equivalents of staff in the answers since the baseline, beside the baseline;
-- once more for the areas short of doctors and the others, by each year's list: a place that came onto it counts where
-- it stood at the time. Practices of the year without a known answer are missing.
WITH part AS (
    SELECT
        year,
        reference_date,
        place_code,
        full_time_equivalents,
        baseline_full_time_equivalents,
        CAST(0 AS BIGINT) AS missing
    FROM answer_growth
    UNION ALL
    SELECT
        year,
        reference_date,
        place_code,
        CAST(0 AS DECIMAL(18, 2)),
        CAST(0 AS DECIMAL(18, 2)),
        without_answer
    FROM staff_missing
    WHERE year IN (SELECT year FROM answer_growth)
),

listed AS (
    SELECT
        staff.year,
        staff.reference_date,
        staff.place_code,
        SUM(staff.full_time_equivalents) AS staff_now,
        SUM(staff.baseline_full_time_equivalents) AS staff_then,
        SUM(
            CASE WHEN today.place_code IS NOT NULL THEN staff.full_time_equivalents ELSE CAST(0 AS DECIMAL(18, 2)) END
        ) AS short_now,
        SUM(
            CASE
                WHEN baseline.place_code IS NOT NULL THEN staff.baseline_full_time_equivalents
                ELSE CAST(0 AS DECIMAL(18, 2))
            END
        ) AS short_then,
        SUM(staff.missing) AS missing,
        SUM(CASE WHEN today.place_code IS NOT NULL THEN staff.missing ELSE CAST(0 AS BIGINT) END) AS short_missing
    FROM part AS staff
    LEFT JOIN underserved_place AS today
        ON today.place_code = staff.place_code
        AND today.year = staff.year
    LEFT JOIN underserved_at_baseline AS baseline
        ON baseline.place_code = staff.place_code
    GROUP BY staff.year, staff.reference_date, staff.place_code
)

SELECT
    year,
    reference_date,
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    CAST(staff_now - staff_then AS DECIMAL(18, 4)) AS numerator,
    CAST(staff_then AS DECIMAL(18, 4)) AS denominator,
    missing
FROM listed
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    'underserved',
    'yes',
    CAST(short_now - short_then AS DECIMAL(18, 4)),
    CAST(short_then AS DECIMAL(18, 4)),
    short_missing
FROM listed
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    'underserved',
    'no',
    CAST((staff_now - short_now) - (staff_then - short_then) AS DECIMAL(18, 4)),
    CAST(staff_then - short_then AS DECIMAL(18, 4)),
    missing - short_missing
FROM listed
