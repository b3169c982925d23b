-- One row is a place's full-time equivalents of health staff in the answers, and the doctor capacities of all its
-- practices; once more by whether the place is short of doctors on the list in force on the day.
-- Practices without a known answer or capacities are missing.
WITH part AS (
    SELECT
        municipality_code AS place_code,
        CAST(full_time_equivalents AS DECIMAL(18, 4)) AS full_time_equivalents,
        CAST(0 AS DECIMAL(18, 4)) AS capacities,
        CAST(0 AS BIGINT) AS missing
    FROM staff_answer
    WHERE year = $year AND counts_as_staff AND is_health_profession
    UNION ALL
    SELECT
        place_code,
        CAST(0 AS DECIMAL(18, 4)),
        CAST(COALESCE(capacities, CAST(0 AS DECIMAL(5, 2))) AS DECIMAL(18, 4)),
        CAST(0 AS BIGINT)
    FROM practice_staff
    WHERE year = $year
    UNION ALL
    SELECT place_code, CAST(0 AS DECIMAL(18, 4)), CAST(0 AS DECIMAL(18, 4)), without_answer_or_capacities
    FROM staff_missing
    WHERE year = $year
),

listed AS (
    SELECT
        part.place_code,
        CASE WHEN area.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS is_listed,
        SUM(part.full_time_equivalents) AS full_time_equivalents,
        SUM(part.capacities) AS capacities,
        SUM(part.missing) AS missing
    FROM part
    LEFT JOIN underserved_place AS area
        ON area.place_code = part.place_code
        AND area.year = $year
    GROUP BY part.place_code, area.place_code
)

SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    full_time_equivalents AS numerator,
    capacities AS denominator,
    missing
FROM listed
UNION ALL
SELECT place_code, 'underserved', is_listed, full_time_equivalents, capacities, missing
FROM listed
