-- One row is the country's million kroner set aside for health centres without a year.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    SUM(money.million_kr) AS numerator
FROM national
CROSS JOIN appropriation AS money
WHERE money.pool = 'F5'
GROUP BY national.geo_code, national.geo_version
