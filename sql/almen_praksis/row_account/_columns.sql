-- One row is how many accepted rows of a register a model uses, or leaves out by a rule.
-- What is used is counted in what the model made, and what is left out in the register, each by its own query, so that
-- the audit that adds them up finds a row that a model drops without a rule. Where a model sums its rows away, both are
-- counted in the register.
-- required: table_name, used_by, rule, row_count
SELECT
    CAST(NULL AS VARCHAR) AS table_name,
    CAST(NULL AS VARCHAR) AS used_by,
    -- The year that the extract serves; all where it serves every year.
    CAST($year AS VARCHAR) AS serves,
    -- used, or why the row is left out.
    CAST(NULL AS VARCHAR) AS rule,
    CAST(NULL AS BIGINT) AS row_count
