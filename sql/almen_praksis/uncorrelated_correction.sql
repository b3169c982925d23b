-- One row is a year's services, each what a person had of it at a provider, and those of them that corrections took off
-- although they were never delivered: they are left out, as Statistics Denmark does, and counted here.
SELECT $year AS year, COUNT(*) AS lines, COUNT(*) FILTER (WHERE services < 0) AS taken_off
FROM service_line
WHERE year = $year
