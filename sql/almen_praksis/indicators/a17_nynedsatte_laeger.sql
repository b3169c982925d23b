-- One row is a place's doctors who became owner of a general practice for the first time in the year; once more by
-- whether the place was on the national list of those short of doctors.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(*) AS numerator
FROM settled_doctor
WHERE years = 0
GROUP BY year, reference_date, place_code
UNION ALL
SELECT year, reference_date, place_code, 'underserved', underserved, COUNT(*)
FROM settled_doctor
WHERE years = 0
GROUP BY year, reference_date, place_code, underserved
