-- One row is how many accepted rows of a register's table a model uses, or leaves out by a rule.
SELECT table_name, used_by, serves, rule, CAST(row_count AS BIGINT) AS row_count
FROM row_account
WHERE row_count > 0 OR rule = 'used'
