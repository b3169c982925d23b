-- One row is how many projects of health centres are of the pool that the plan follows, or left out.
SELECT
    'sundhedshus_projekt' AS table_name,
    'f4_projekter' AS used_by,
    'all' AS serves,
    CASE pulje WHEN 'F4' THEN 'used' ELSE 'another_pool' END AS rule,
    COUNT(*) AS row_count
FROM sundhedshus_projekt
GROUP BY CASE pulje WHEN 'F4' THEN 'used' ELSE 'another_pool' END
