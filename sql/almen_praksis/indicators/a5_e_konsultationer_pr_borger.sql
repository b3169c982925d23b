-- One row is a place's e-mail consultations of the year, and its residents on the reference date.
SELECT
    place_code AS geo_code,
    contacts AS numerator,
    residents AS denominator,
    contact_squares AS squares,
    contacts_of_others AS missing
FROM activity_and_residents
WHERE year = $year AND category = 'e_konsultation'
