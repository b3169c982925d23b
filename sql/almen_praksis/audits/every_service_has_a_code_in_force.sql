-- One row is a code of general practice that services have in a year in which it is not in force: they count nowhere.
-- severity: warn
-- remedy: Look the code up in the year's fee table, and give it its validity in pipelines/reference/ydelseskode.csv.
SELECT year, speciale, lines
FROM service_without_code
