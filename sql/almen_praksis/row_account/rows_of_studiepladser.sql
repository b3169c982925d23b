-- One row is how many counts of study places are used, or left out.
SELECT
    'studiepladser' AS table_name,
    'study_places' AS used_by,
    CASE WHEN campus.campus IS NULL THEN 'unknown_campus' ELSE 'used' END AS rule,
    COUNT(*) AS row_count
FROM studiepladser AS source
LEFT JOIN studiested AS campus
    ON campus.campus = source.campus
GROUP BY CASE WHEN campus.campus IS NULL THEN 'unknown_campus' ELSE 'used' END
