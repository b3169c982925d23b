-- One row is a form of operation and the country's longest time that a clinic of it has run on the reference date, in
-- months; without a time where none runs.
SELECT national.year, form.driftsform AS form, national.geo_code, national.geo_version, MAX(clinic.months) AS months
FROM national
CROSS JOIN (SELECT COUNT(*) AS lines FROM alternativ_drift) AS extract
CROSS JOIN (SELECT DISTINCT driftsform FROM driftsform) AS form
LEFT JOIN clinic
    ON clinic.year = national.year
    AND clinic.form = form.driftsform
WHERE national.year = $year AND extract.lines > 0
GROUP BY national.year, form.driftsform, national.geo_code, national.geo_version
