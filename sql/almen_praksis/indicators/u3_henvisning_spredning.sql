-- One row is a geography's 90th and 10th percentile of the practices' referrals per 1,000 listed.
-- With few practices the ends of the distribution are single practices.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    ROUND(PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY rate.per_thousand), 4) AS numerator,
    ROUND(PERCENTILE_CONT(0.1) WITHIN GROUP (ORDER BY rate.per_thousand), 4) AS denominator
FROM referral_rate AS rate
INNER JOIN geography_member AS member
    ON member.place_code = rate.place_code
    AND member.year = rate.year
INNER JOIN taerskel AS few
    ON few.taerskel = 'spredning_mindst_praksis'
WHERE rate.year = $year
GROUP BY member.geo_level, member.geo_code, member.geo_version, few.vaerdi
HAVING COUNT(*) >= few.vaerdi
