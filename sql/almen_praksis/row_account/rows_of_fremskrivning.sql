-- One row is how many rows of the projection no model reads.
SELECT 'fremskrivning' AS table_name, 'none' AS used_by, 'all' AS serves, 'read_by_no_model' AS rule, COUNT(*) AS row_count
FROM fremskrivning
