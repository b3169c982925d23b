-- One row is a place's growth in full-time equivalents of staff since the baseline, beside the baseline, once for all and
-- once more for the areas short of doctors and the others. Under `underserved` each year has its own list: a place that
-- came onto it counts where it stood at the time. Under `underserved_2018` the list is that of the baseline.
WITH listed AS (
    SELECT
        staff.basis,
        staff.year,
        staff.reference_date,
        staff.place_code,
        CAST(staff.staff_now AS DECIMAL(18, 4)) AS staff_now,
        CAST(staff.staff_then AS DECIMAL(18, 4)) AS staff_then,
        staff.missing,
        today.place_code IS NOT NULL AS is_listed,
        baseline.place_code IS NOT NULL AS was_listed
    FROM staff_change AS staff
    LEFT JOIN underserved_place AS today
        ON today.place_code = staff.place_code
        AND today.year = staff.year
    LEFT JOIN underserved_at_baseline AS baseline
        ON baseline.place_code = staff.place_code
    WHERE staff.profession = 'all'
),

part AS (
    SELECT 'all' AS breakdown_dim, 'all' AS breakdown_value, CAST(NULL AS BOOLEAN) AS is_listed
    UNION ALL
    SELECT 'underserved', 'yes', true
    UNION ALL
    SELECT 'underserved', 'no', false
),

-- A place's staff of today counts in a part by the list of today, and its staff of the baseline by that of the baseline.
counted AS (
    SELECT
        place.basis,
        place.year,
        place.reference_date,
        place.place_code,
        part.breakdown_dim,
        part.breakdown_value,
        CASE
            WHEN part.is_listed IS NULL OR part.is_listed = place.is_listed THEN place.staff_now
            ELSE CAST(0 AS DECIMAL(18, 4))
        END AS staff_now,
        CASE
            WHEN part.is_listed IS NULL OR part.is_listed = place.was_listed THEN place.staff_then
            ELSE CAST(0 AS DECIMAL(18, 4))
        END AS staff_then,
        CASE
            WHEN part.is_listed IS NULL OR part.is_listed = place.is_listed THEN place.missing
            ELSE CAST(0 AS BIGINT)
        END AS missing
    FROM listed AS place
    CROSS JOIN part
    UNION ALL
    SELECT
        basis,
        year,
        reference_date,
        place_code,
        'underserved_2018',
        CASE WHEN was_listed THEN 'yes' ELSE 'no' END,
        staff_now,
        staff_then,
        missing
    FROM listed
)

SELECT
    basis,
    year,
    reference_date,
    place_code,
    breakdown_dim,
    breakdown_value,
    CAST(staff_now - staff_then AS DECIMAL(18, 4)) AS growth,
    staff_then,
    missing
FROM counted
