-- One row is how many persons of the population register are residents.
SELECT 'bef' AS table_name, 'resident' AS used_by, 'used' AS rule, COUNT(*) AS row_count
FROM resident
WHERE year = $year
