-- One row is the nurses' full-time equivalents and the doctor capacities of a place's practices that answered.
SELECT place_code AS geo_code, nurse_full_time_equivalents AS numerator, capacities AS denominator, missing
FROM staff_and_capacity
WHERE year = $year
