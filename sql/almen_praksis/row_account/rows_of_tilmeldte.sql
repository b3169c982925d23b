-- One row is how many counts of listed patients are used for what is expected of their practice, or left out.
SELECT
    'tilmeldte' AS table_name,
    'referral_expected' AS used_by,
    CASE WHEN is_compared THEN 'used' ELSE 'practice_without_referrals' END AS rule,
    SUM(listed_lines) AS row_count
FROM referral_expected
WHERE year = $year AND listed_lines IS NOT NULL
GROUP BY CASE WHEN is_compared THEN 'used' ELSE 'practice_without_referrals' END
UNION ALL
SELECT
    'tilmeldte',
    'referral_expected',
    CASE WHEN practice.ydernr IS NULL THEN 'no_practice_in_the_year' ELSE 'count_is_withheld' END,
    COUNT(*)
FROM tilmeldte AS source
LEFT JOIN practice_in_year AS practice
    ON practice.ydernr = source.ydernr
    AND practice.year = $year
WHERE practice.ydernr IS NULL OR COALESCE(source.antal_gr1, source.antal_gr2) IS NULL
GROUP BY CASE WHEN practice.ydernr IS NULL THEN 'no_practice_in_the_year' ELSE 'count_is_withheld' END
