-- One row is the country's million kroner set aside for health centres by the plan, which splits them by no year.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    SUM(money.million_kr) AS numerator
FROM national
CROSS JOIN pool_appropriation AS money
WHERE money.pool = 'F5' AND national.year = $year
GROUP BY national.geo_code, national.geo_version
