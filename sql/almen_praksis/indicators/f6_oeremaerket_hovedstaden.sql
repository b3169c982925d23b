-- One row is the country's million kroner of that at most for the capital region.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    SUM(money.million_kr) AS numerator
FROM national
CROSS JOIN appropriation AS money
WHERE money.pool = 'F6'
GROUP BY national.geo_code, national.geo_version
