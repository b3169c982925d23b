-- One row is a year in which persons have services after their death.
-- severity: warn
-- remedy: Ask the provider of sssy: the services may be of another person, or the rows should be of insurance group 9.
SELECT year, COUNT(*) AS persons, SUM(lines) AS lines
FROM service_after_death
GROUP BY year
