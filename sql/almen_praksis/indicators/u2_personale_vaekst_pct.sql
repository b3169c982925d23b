-- One row is a place's growth in full-time equivalents of staff since the baseline, beside the baseline; once more for
-- the areas short of doctors and the others. Under `underserved` each year has its own list: a place that came onto it
-- counts where it stood at the time. Under `underserved_2018` the list is that of the baseline.
WITH listed AS (
    SELECT
        staff.year,
        staff.reference_date,
        staff.place_code,
        today.place_code IS NOT NULL AS is_on_list,
        baseline.place_code IS NOT NULL AS was_on_list,
        SUM(staff.full_time_equivalents) AS staff_now,
        SUM(staff.baseline_full_time_equivalents) AS staff_then
    FROM staff_growth AS staff
    LEFT JOIN underserved_place AS today
        ON today.place_code = staff.place_code
        AND today.year = staff.year
    LEFT JOIN underserved_at_baseline AS baseline
        ON baseline.place_code = staff.place_code
    GROUP BY staff.year, staff.reference_date, staff.place_code, today.place_code, baseline.place_code
)

SELECT
    year,
    reference_date,
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    staff_now - staff_then AS numerator,
    staff_then AS denominator
FROM listed
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    'underserved',
    'yes',
    CASE WHEN is_on_list THEN staff_now ELSE 0 END - CASE WHEN was_on_list THEN staff_then ELSE 0 END,
    CASE WHEN was_on_list THEN staff_then ELSE 0 END
FROM listed
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    'underserved',
    'no',
    CASE WHEN is_on_list THEN 0 ELSE staff_now END - CASE WHEN was_on_list THEN 0 ELSE staff_then END,
    CASE WHEN was_on_list THEN 0 ELSE staff_then END
FROM listed
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    'underserved_2018',
    CASE WHEN was_on_list THEN 'yes' ELSE 'no' END,
    staff_now - staff_then,
    staff_then
FROM listed
