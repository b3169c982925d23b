-- One row is a table of an extract whose rows are not all accepted, rejected or control rows.
-- severity: error
-- remedy: This is a bug in maaltal: report it with the extract's source_quality.
SELECT
    source,
    file,
    table_name,
    SUM(CASE WHEN measure = 'read' THEN row_count ELSE 0 END) AS rows_read,
    SUM(CASE WHEN measure IN ('accepted', 'rejected', 'control') THEN row_count ELSE 0 END) AS rows_accounted_for
FROM source_quality
GROUP BY source, file, table_name
HAVING SUM(CASE WHEN measure = 'read' THEN row_count ELSE 0 END)
    <> SUM(CASE WHEN measure IN ('accepted', 'rejected', 'control') THEN row_count ELSE 0 END)
    OR SUM(CASE WHEN measure = 'rejected' THEN row_count ELSE 0 END)
    <> SUM(CASE WHEN measure = 'rejected_by_rule' THEN row_count ELSE 0 END)
