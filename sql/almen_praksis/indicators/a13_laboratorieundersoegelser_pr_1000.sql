-- One row is a place's laboratory tests in general practice of the year, and its residents on the reference date.
SELECT
    place_code AS geo_code,
    services AS numerator,
    residents AS denominator,
    service_squares AS squares,
    services_of_others AS missing
FROM activity_and_residents
WHERE year = $year AND category = 'laboratorium'
