-- One row is the full-time equivalents of health staff and the doctor capacities of a place's practices that answered;
-- once more by whether the place is short of doctors, on the list in force on the day and on the list of the plan's
-- baseline.
WITH listed AS (
    SELECT
        part.place_code,
        part.health_full_time_equivalents,
        part.capacities,
        part.missing,
        CASE WHEN today.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS is_listed,
        CASE WHEN baseline.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS was_listed
    FROM staff_and_capacity AS part
    LEFT JOIN underserved_place AS today
        ON today.place_code = part.place_code
        AND today.year = part.year
    LEFT JOIN underserved_at_baseline AS baseline
        ON baseline.place_code = part.place_code
    WHERE part.year = $year
)

SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    health_full_time_equivalents AS numerator,
    capacities AS denominator,
    missing
FROM listed
UNION ALL
SELECT place_code, 'underserved', is_listed, health_full_time_equivalents, capacities, missing
FROM listed
UNION ALL
SELECT place_code, 'underserved_2018', was_listed, health_full_time_equivalents, capacities, missing
FROM listed
