-- One row is the year that growth in staff is counted from, which the target says.
SELECT MIN(baseline_year) AS year
FROM target_definition
WHERE indicator_id = 'u2_personale_vaekst_pct'
