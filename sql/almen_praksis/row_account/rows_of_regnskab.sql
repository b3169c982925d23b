-- One row is how many postings of the regions' accounts are used.
SELECT 'regnskab' AS table_name, 'posting' AS used_by, 'all' AS serves, 'used' AS rule, COUNT(*) AS row_count
FROM posting
