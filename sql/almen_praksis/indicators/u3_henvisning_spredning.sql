-- One row is a geography's 90th and 10th percentile of the practices' referrals per 1,000 listed.
-- With fewer than ten practices the ends of the distribution are single practices.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    ROUND(PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY rate.per_thousand), 4) AS numerator,
    ROUND(PERCENTILE_CONT(0.1) WITHIN GROUP (ORDER BY rate.per_thousand), 4) AS denominator
FROM referral_rate AS rate
INNER JOIN geography_member AS member
    ON member.place_code = rate.place_code
WHERE rate.year = $year
GROUP BY member.geo_level, member.geo_code, member.geo_version
HAVING COUNT(*) >= 10
