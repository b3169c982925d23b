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
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    SUM(capacities) AS numerator,
    COUNT(*) - COUNT(capacities) AS missing
FROM clinic
GROUP BY place_code
UNION ALL
SELECT place_code, 'ownership', ownership, SUM(capacities), COUNT(*) - COUNT(capacities)
FROM clinic
GROUP BY place_code, ownership
UNION ALL
SELECT place_code, 'underserved', is_listed, SUM(capacities), COUNT(*) - COUNT(capacities)
FROM clinic
GROUP BY place_code, is_listed
