-- One row is the country's longest time from the use of the year's money to its account, in days, and the days of a month.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(CAST(account.regnskab_dato - account.anvendt_dato AS BIGINT)) AS numerator,
    30.4375 AS denominator,
    COUNT(*) - COUNT(account.regnskab_dato) AS missing
FROM regnskab AS account
CROSS JOIN national
WHERE account.aar = $year
GROUP BY national.geo_code, national.geo_version
