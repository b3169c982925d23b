-- One row is a place's full-time equivalents of health staff and its doctor capacities; once more by whether the place is short
-- of doctors, on the list in force on the day and on the list of 2018.
WITH part AS (
    SELECT place_code, full_time_equivalents, 0 AS capacities
    FROM staff
    WHERE year = $year AND counts_as_staff AND is_health_profession
    UNION ALL
    SELECT place_code, 0, COALESCE(capacities, 0)
    FROM active_practice
    WHERE year = $year
),

summed AS (
    SELECT
        part.place_code,
        SUM(part.full_time_equivalents) AS full_time_equivalents,
        SUM(part.capacities) AS capacities,
        BOOL_OR(today.place_code IS NOT NULL) AS is_on_list_today,
        BOOL_OR(baseline.place_code IS NOT NULL) AS is_on_list_2018
    FROM part
    LEFT JOIN underserved_place AS today
        ON today.place_code = part.place_code
    LEFT JOIN underserved_2018 AS baseline
        ON baseline.place_code = part.place_code
    GROUP BY part.place_code
)

SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    full_time_equivalents AS numerator,
    capacities AS denominator
FROM summed
UNION ALL
SELECT place_code, 'underserved', CASE WHEN is_on_list_today THEN 'yes' ELSE 'no' END, full_time_equivalents, capacities
FROM summed
UNION ALL
SELECT place_code, 'underserved_2018', CASE WHEN is_on_list_2018 THEN 'yes' ELSE 'no' END, full_time_equivalents, capacities
FROM summed
