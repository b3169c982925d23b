-- One row is a practice that is counted more than once in a year.
-- severity: error
-- remedy: A reference list has a code twice, or a practice has two statuses on one day.
SELECT year, ydernr, tilgang_dato, COUNT(*) AS times
FROM active_practice
GROUP BY year, ydernr, tilgang_dato
HAVING COUNT(*) > 1
