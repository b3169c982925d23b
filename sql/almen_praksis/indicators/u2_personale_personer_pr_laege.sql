-- One row is a place's persons employed as staff, and its doctor capacities.
SELECT place_code AS geo_code, persons AS numerator, capacities AS denominator
FROM staff_and_capacity
WHERE year = $year
