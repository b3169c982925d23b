-- One row is a geography's doctors who own a practice, each counted once, and those of them aged 65 or over; once more by
-- whether the practice lies in an area short of doctors. Who owns one there and one elsewhere counts there.
SELECT geo_level, geo_code, geo_version, breakdown_dim, breakdown_value, of_age AS numerator, owners AS denominator
FROM owner_of_age
WHERE year = $year AND threshold = 'aeldre_laege_fra_aar'
