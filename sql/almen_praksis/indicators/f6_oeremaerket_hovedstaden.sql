-- One row is the region's part of the money set aside for health centres by the plan, in million kroner, and the
-- country's, which is the same: other places have no such sum, not one of zero.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    SUM(money.million_kr) AS numerator
FROM pool_appropriation AS money
INNER JOIN geography_member AS member
    ON member.place_code = money.geo_code
WHERE money.pool = 'F6' AND member.year = $year AND member.geo_level IN ('country', 'region')
GROUP BY member.geo_level, member.geo_code, member.geo_version
