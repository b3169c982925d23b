-- One row is an account of a register's rows in the name of a model that does not read their table: rows that nobody uses would
-- pass for used ones.
-- severity: error
-- remedy: Correct `used_by` in the file of the table in sql/almen_praksis/row_account/.
SELECT DISTINCT account.table_name, account.used_by
FROM row_use AS account
LEFT JOIN model_source
    ON model_source.model = account.used_by
    AND model_source.table_name = account.table_name
WHERE account.used_by <> 'none' AND model_source.model IS NULL
