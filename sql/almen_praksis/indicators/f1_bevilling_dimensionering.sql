-- One row is the country's million kroner appropriated for more courses and a better setting, since 2018.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    SUM(money.million_kr) AS numerator
FROM national
CROSS JOIN pool_appropriation AS money
WHERE money.pool = 'F1' AND money.grant_year <= $year
GROUP BY national.geo_code, national.geo_version
