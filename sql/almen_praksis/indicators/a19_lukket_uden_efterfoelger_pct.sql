-- One row is a place's general practices that closed in the year, and those of them that have no successor there; once
-- more by whether the place was on the national list of those short of doctors.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    CASE WHEN GROUPING(underserved) = 0 THEN 'underserved' ELSE 'all' END AS breakdown_dim,
    COALESCE(underserved, 'all') AS breakdown_value,
    COUNT(*) FILTER (WHERE NOT has_successor) AS numerator,
    COUNT(*) AS denominator
FROM closed_practice
GROUP BY GROUPING SETS ((year, reference_date, place_code), (year, reference_date, place_code, underserved))
