-- One row is a place's full-time equivalents of staff, and its doctor capacities.
SELECT place_code AS geo_code, full_time_equivalents AS numerator, capacities AS denominator
FROM staff_and_capacity
WHERE year = $year
