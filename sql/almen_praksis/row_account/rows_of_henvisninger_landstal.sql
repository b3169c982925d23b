-- One row is how many of the country's counts of referrals give a pattern of age and sex, or are left out.
WITH counted AS (
    SELECT aldersgruppe, koen, SUM(COALESCE(antal_gr1, 0) + COALESCE(antal_gr2, 0)) AS persons
    FROM tilmeldte
    GROUP BY aldersgruppe, koen
)

SELECT
    'henvisninger_landstal' AS table_name,
    'referral_expected' AS used_by,
    CASE WHEN COALESCE(counted.persons, 0) > 0 THEN 'used' ELSE 'nobody_listed_of_age_and_sex' END AS rule,
    COUNT(*) AS row_count
FROM henvisninger_landstal AS source
LEFT JOIN counted
    ON counted.aldersgruppe = source.aldersgruppe
    AND counted.koen = source.koen
GROUP BY CASE WHEN COALESCE(counted.persons, 0) > 0 THEN 'used' ELSE 'nobody_listed_of_age_and_sex' END
