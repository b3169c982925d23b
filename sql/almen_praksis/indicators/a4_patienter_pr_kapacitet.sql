-- One row is a place's listed patients and doctor capacities in practices where both are known; once more by whether
-- the place is short of doctors, on the list in force on the day and on that of the plan's baseline.
WITH known AS (
    SELECT
        practice.place_code,
        practice.listed_patients,
        practice.capacities,
        CASE WHEN area.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS is_listed,
        CASE WHEN baseline.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS was_listed,
        practice.listed_patients IS NOT NULL AND practice.capacities IS NOT NULL AS is_known
    FROM active_practice AS practice
    LEFT JOIN underserved_place AS area
        ON area.place_code = practice.place_code
        AND area.year = practice.year
    LEFT JOIN underserved_at_baseline AS baseline
        ON baseline.place_code = practice.place_code
    WHERE practice.year = $year
)

SELECT
    place_code AS geo_code,
    CASE
        WHEN GROUPING(is_listed) = 0 THEN 'underserved'
        WHEN GROUPING(was_listed) = 0 THEN 'underserved_2018'
        ELSE 'all'
    END AS breakdown_dim,
    COALESCE(is_listed, was_listed, 'all') AS breakdown_value,
    COALESCE(SUM(listed_patients) FILTER (WHERE is_known), 0) AS numerator,
    COALESCE(SUM(capacities) FILTER (WHERE is_known), 0) AS denominator,
    COUNT(*) FILTER (WHERE NOT is_known) AS missing
FROM known
GROUP BY GROUPING SETS ((place_code), (place_code, is_listed), (place_code, was_listed))
