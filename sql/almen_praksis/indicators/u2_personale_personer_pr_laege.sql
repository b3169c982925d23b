-- One row is the persons employed as staff and the doctor capacities of a place's practices that answered.
SELECT place_code AS geo_code, persons AS numerator, capacities AS denominator, missing
FROM staff_and_capacity
WHERE year = $year
