-- One row is a place's doctors who became owner of a general practice for the first time in the year; once more by
-- whether the place was on the national list of those short of doctors.
SELECT year, reference_date, place_code AS geo_code, breakdown_dim, breakdown_value, settled AS numerator
FROM settled_doctor_count
WHERE years = 0
