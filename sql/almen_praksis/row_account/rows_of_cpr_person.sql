-- One row is how many rows of a register are read by audits alone.
SELECT 'cpr_person' AS table_name, 'service_after_death' AS used_by, 'read_by_an_audit_only' AS rule, COUNT(*) AS row_count
FROM cpr_person
