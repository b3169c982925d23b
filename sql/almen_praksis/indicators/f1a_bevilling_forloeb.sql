-- One row is the country's million kroner appropriated for extra courses in the year.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    SUM(money.million_kr) AS numerator
FROM national
CROSS JOIN appropriation AS money
WHERE money.purpose = 'F1a' AND money.grant_year = $year
GROUP BY national.geo_code, national.geo_version
