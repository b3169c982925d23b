-- One row is a place's practice staff and its doctor capacities on the reference date.
WITH part AS (
    SELECT
        place_code,
        persons,
        full_time_equivalents,
        CASE WHEN is_health_profession THEN full_time_equivalents ELSE 0 END AS health_full_time_equivalents,
        0 AS capacities
    FROM staff
    WHERE year = $year AND counts_as_staff
    UNION ALL
    SELECT place_code, 0, 0, 0, COALESCE(capacities, 0)
    FROM active_practice
    WHERE year = $year
)

SELECT
    $year AS year,
    place_code,
    SUM(persons) AS persons,
    SUM(full_time_equivalents) AS full_time_equivalents,
    SUM(health_full_time_equivalents) AS health_full_time_equivalents,
    SUM(capacities) AS capacities
FROM part
GROUP BY place_code
