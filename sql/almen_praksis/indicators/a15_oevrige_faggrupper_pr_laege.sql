-- One row is the full-time equivalents of pharmacists, physiotherapists and psychologists, and the doctor capacities, of
-- a place's practices that answered.
SELECT place_code AS geo_code, other_full_time_equivalents AS numerator, capacities AS denominator, missing
FROM staff_and_capacity
WHERE year = $year
