-- One row is how many training posts are used, or left out.
SELECT 'uddannelsesforloeb' AS table_name, 'training_post' AS used_by, 'used' AS rule, COUNT(*) AS row_count
FROM training_post
WHERE year = $year
UNION ALL
SELECT 'uddannelsesforloeb', 'training_post', 'withdrawn', COUNT(*)
FROM uddannelsesforloeb AS source
WHERE source.annulleret
