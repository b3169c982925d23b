-- One row is the country's longest time from the use of the year's money to its account, in months begun. What has no
-- account is missing.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(posting.months_to_account) AS numerator,
    COUNT(*) - COUNT(posting.months_to_account) AS missing
FROM posting
CROSS JOIN national
WHERE posting.year = $year AND national.year = $year
GROUP BY national.geo_code, national.geo_version
