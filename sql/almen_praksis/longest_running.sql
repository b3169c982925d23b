-- One row is a form of operation and the country's longest time that a clinic of it has run on the reference date, in
-- months.
SELECT clinic.year, clinic.form, national.geo_code, national.geo_version, MAX(clinic.months) AS months
FROM clinic
INNER JOIN national
    ON national.year = clinic.year
WHERE clinic.year = $year
GROUP BY clinic.year, clinic.form, national.geo_code, national.geo_version
