-- One row is the country's doctors who begin an introduction post in the year and have then had more of them in the
-- block of internal medicine than the rule allows.
SELECT year, reference_date, 'country' AS geo_level, geo_code, geo_version, doctors_beyond AS numerator
FROM introduction_limit
WHERE indicator_id = 't7_introstillinger_intern_medicin'
