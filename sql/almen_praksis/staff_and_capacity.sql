-- One row is a place's practice staff and doctor capacities on the reference date, both of the same practices: those
-- whose answer to the survey and whose capacities are known. The others are missing from both.
WITH practice AS (
    SELECT *, has_answered AND capacities IS NOT NULL AS is_known
    FROM practice_staff
    WHERE year = $year
)

SELECT
    $year AS year,
    place_code,
    COALESCE(SUM(persons) FILTER (WHERE is_known), CAST(0 AS BIGINT)) AS persons,
    COALESCE(
        SUM(full_time_equivalents) FILTER (WHERE is_known), CAST(0 AS DECIMAL(6, 2))
    ) AS full_time_equivalents,
    COALESCE(
        SUM(health_full_time_equivalents) FILTER (WHERE is_known), CAST(0 AS DECIMAL(6, 2))
    ) AS health_full_time_equivalents,
    COALESCE(
        SUM(nurse_full_time_equivalents) FILTER (WHERE is_known), CAST(0 AS DECIMAL(6, 2))
    ) AS nurse_full_time_equivalents,
    COALESCE(
        SUM(other_full_time_equivalents) FILTER (WHERE is_known), CAST(0 AS DECIMAL(6, 2))
    ) AS other_full_time_equivalents,
    COALESCE(SUM(capacities) FILTER (WHERE is_known), CAST(0 AS DECIMAL(5, 2))) AS capacities,
    COUNT(*) FILTER (WHERE NOT is_known) AS missing
FROM practice
GROUP BY place_code
