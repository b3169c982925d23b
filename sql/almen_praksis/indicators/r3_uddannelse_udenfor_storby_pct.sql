-- One row is a place's full-time months of training courses, and those of them outside the largest cities. A course that
-- is posted again counts in its first year only.
SELECT
    placement.place_code AS geo_code,
    CASE WHEN city.kommunekode IS NULL THEN SUM(placement.full_time_months) ELSE 0 END AS numerator,
    SUM(placement.full_time_months) AS denominator
FROM training_placement AS placement
LEFT JOIN storby AS city
    ON city.kommunekode = placement.place_code
WHERE placement.year = $year AND NOT placement.is_repeat
GROUP BY placement.place_code, city.kommunekode
