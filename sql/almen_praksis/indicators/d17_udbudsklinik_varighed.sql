-- One row is the country's longest time that a tendered clinic has run on the reference date, in months, and the months
-- of a year.
SELECT 'country' AS geo_level, geo_code, geo_version, months AS numerator, 12 AS denominator
FROM longest_running
WHERE year = $year AND form = 'UDBUDSKLINIK'
