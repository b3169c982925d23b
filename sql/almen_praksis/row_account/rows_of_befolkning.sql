-- One row is how many counts of the population are of the reference date, or of another quarter.
SELECT
    'befolkning' AS table_name,
    'befolkning_75plus_pct' AS used_by,
    CASE WHEN tid = CONCAT(CAST($year AS VARCHAR), 'K1') THEN 'used' ELSE 'another_quarter' END AS rule,
    COUNT(*) AS row_count
FROM befolkning
GROUP BY CASE WHEN tid = CONCAT(CAST($year AS VARCHAR), 'K1') THEN 'used' ELSE 'another_quarter' END
