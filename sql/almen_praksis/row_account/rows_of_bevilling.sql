-- One row is how many appropriations are used, or left out.
SELECT
    'bevilling' AS table_name,
    'appropriation' AS used_by,
    'all' AS serves,
    CASE WHEN geo_kode = 'DK' OR pulje = 'F6' THEN 'used' ELSE 'shared_out_to_regions' END AS rule,
    COUNT(*) AS row_count
FROM bevilling
GROUP BY CASE WHEN geo_kode = 'DK' OR pulje = 'F6' THEN 'used' ELSE 'shared_out_to_regions' END
