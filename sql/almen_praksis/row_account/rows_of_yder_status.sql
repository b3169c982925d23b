-- One row is how many periods of a status are used, or left out.
SELECT 'yder_status' AS table_name, 'active_practice' AS used_by, 'used' AS rule, COUNT(ejerform) AS row_count
FROM active_practice
WHERE year = $year
UNION ALL
SELECT 'yder_status', 'active_practice', 'no_active_practice', COUNT(*)
FROM status_without_provider
WHERE year = $year
UNION ALL
SELECT 'yder_status', 'active_practice', 'not_in_force_on_the_reference_date', COUNT(*)
FROM yder_status AS source
WHERE source.gyldig_fra > $reference_date OR source.gyldig_til <= $reference_date
