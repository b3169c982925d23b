-- One row is a provider number that is counted more than once in a year. Other extracts know a practice by its number alone.
-- severity: error
-- remedy: A reference list has a code twice, a practice has two statuses on one day, or a number has two practices.
SELECT year, ydernr, COUNT(*) AS times
FROM active_practice
GROUP BY year, ydernr
HAVING COUNT(*) > 1
