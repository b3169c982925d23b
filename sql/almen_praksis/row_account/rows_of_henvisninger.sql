-- One row is how many practices' counts of referrals to a receiver are used, or left out.
SELECT
    'henvisninger' AS table_name,
    'referral_expected' AS used_by,
    CASE WHEN is_compared THEN 'used' ELSE 'practice_without_listed_patients' END AS rule,
    SUM(referral_lines) AS row_count
FROM referral_expected
WHERE year = $year AND referral_lines IS NOT NULL
GROUP BY CASE WHEN is_compared THEN 'used' ELSE 'practice_without_listed_patients' END
UNION ALL
SELECT 'henvisninger', 'referral_expected', 'no_practice_in_the_year', COUNT(*)
FROM henvisninger AS source
LEFT JOIN practice_in_year AS practice
    ON practice.ydernr = source.ydernr
    AND practice.year = $year
WHERE practice.ydernr IS NULL
