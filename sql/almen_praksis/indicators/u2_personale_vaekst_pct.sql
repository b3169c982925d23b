-- One row is a place's growth in full-time equivalents of staff since the baseline, beside the baseline, both weighted
-- up to all practices; once more for the areas short of doctors and the others. Under `underserved` each year has its
-- own list: a place that came onto it counts where it stood at the time. Under `underserved_2018` the list is that of
-- the baseline. Practices of the year without a known answer or capacities are missing.
WITH part AS (
    SELECT
        year,
        reference_date,
        place_code,
        full_time_equivalents,
        baseline_full_time_equivalents,
        CAST(0 AS BIGINT) AS missing
    FROM staff_growth
    UNION ALL
    SELECT
        year,
        reference_date,
        place_code,
        CAST(0 AS DECIMAL(18, 6)),
        CAST(0 AS DECIMAL(18, 6)),
        without_answer_or_capacities
    FROM staff_missing
    WHERE year IN (SELECT year FROM staff_growth)
),

listed AS (
    SELECT
        staff.year,
        staff.reference_date,
        staff.place_code,
        today.place_code IS NOT NULL AS is_on_list,
        baseline.place_code IS NOT NULL AS was_on_list,
        SUM(staff.missing) AS missing,
        CAST(SUM(staff.full_time_equivalents) AS DECIMAL(18, 4)) AS staff_now,
        CAST(SUM(staff.baseline_full_time_equivalents) AS DECIMAL(18, 4)) AS staff_then
    FROM part AS staff
    LEFT JOIN underserved_place AS today
        ON today.place_code = staff.place_code
        AND today.year = staff.year
    LEFT JOIN underserved_at_baseline AS baseline
        ON baseline.place_code = staff.place_code
    GROUP BY
        staff.year,
        staff.reference_date,
        staff.place_code,
        today.place_code,
        baseline.place_code
),

-- What of a place's staff counts for the areas short of doctors, by each year's list; the rest is the others'.
short AS (
    SELECT
        year,
        reference_date,
        place_code,
        staff_now,
        staff_then,
        missing,
        CASE WHEN is_on_list THEN staff_now ELSE CAST(0 AS DECIMAL(18, 4)) END AS short_now,
        CASE WHEN was_on_list THEN staff_then ELSE CAST(0 AS DECIMAL(18, 4)) END AS short_then,
        CASE WHEN is_on_list THEN missing ELSE CAST(0 AS BIGINT) END AS short_missing
    FROM listed
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
FROM short
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
FROM short
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    'underserved_2018',
    CASE WHEN was_on_list THEN 'yes' ELSE 'no' END,
    CAST(staff_now - staff_then AS DECIMAL(18, 4)),
    CAST(staff_then AS DECIMAL(18, 4)),
    missing
FROM listed
