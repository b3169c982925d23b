-- One row is a geography's doctors who own a practice, each counted once, and those of them over 65 years, that is 66 or
-- more; once more by whether one of the doctor's practices there lies in an area short of doctors.
SELECT geo_level, geo_code, geo_version, breakdown_dim, breakdown_value, of_age AS numerator, owners AS denominator
FROM owner_of_age
WHERE year = $year AND threshold = 'laege_over_65_fra_aar'
