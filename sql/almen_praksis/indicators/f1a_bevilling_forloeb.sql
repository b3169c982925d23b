-- One row is the country's million kroner appropriated for extra courses, since 2018.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    COALESCE(SUM(money.million_kr) FILTER (WHERE money.purpose = 'F1a'), CAST(0 AS DECIMAL(18, 4))) AS numerator
FROM national
CROSS JOIN appropriation AS money
WHERE money.pool = 'F1' AND money.grant_year <= $year
GROUP BY national.geo_code, national.geo_version
