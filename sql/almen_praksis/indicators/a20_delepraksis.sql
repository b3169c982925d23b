-- One row is a place's shared practices that run on the reference date; once more by whether the place is on the national
-- list of those short of doctors. A place without one has none.
SELECT place_code AS geo_code, breakdown_dim, breakdown_value, clinics AS numerator
FROM clinics_in_place
WHERE year = $year AND form = 'DELEPRAKSIS'
