-- One row is a place's doctor capacities, none where nobody knows any; once more by who owns the clinic, and by whether the
-- place is short of doctors.
WITH clinic AS (
    SELECT
        practice.place_code,
        practice.capacities,
        COALESCE(practice.ejerform, 'UOPLYST') AS ownership,
        CASE WHEN area.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS is_listed
    FROM active_practice AS practice
    LEFT JOIN underserved_place AS area
        ON area.place_code = practice.place_code
        AND area.year = practice.year
    WHERE practice.year = $year
)

SELECT
    place_code AS geo_code,
    CASE
        WHEN GROUPING(ownership) = 0 THEN 'ownership'
        WHEN GROUPING(is_listed) = 0 THEN 'underserved'
        ELSE 'all'
    END AS breakdown_dim,
    COALESCE(ownership, is_listed, 'all') AS breakdown_value,
    SUM(capacities) AS numerator,
    COUNT(*) - COUNT(capacities) AS missing
FROM clinic
GROUP BY GROUPING SETS ((place_code), (place_code, ownership), (place_code, is_listed))
