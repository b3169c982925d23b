-- One row is a count in the account of an extract: rows read, accepted, rejected by rule, and control rows.
SELECT
    source,
    file,
    table_name,
    measure,
    rule,
    row_count,
    year,
    CASE WHEN year IS NOT NULL THEN MAKE_DATE(year, 1, 1) END AS reference_date,
    extract_date,
    sha256,
    sample_share,
    assumed,
    synthetic
FROM extract_quality
