-- One row is an indicator with the latest year of which its value is awaited.
SELECT indicator_id, MAX(year) AS awaited_year
FROM awaited
GROUP BY indicator_id
