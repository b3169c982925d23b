-- One row is how many rows of a register that is pulled no model reads.
SELECT 'autorisation' AS table_name, 'none' AS used_by, 'read_by_no_model' AS rule, COUNT(*) AS row_count
FROM autorisation
