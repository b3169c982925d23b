-- One row is a geography's 90th and 10th percentile of the practices' referrals per 1,000 listed.
-- With few practices the ends of the distribution are single practices. Practices without a rate are missing.
WITH practice AS (
    SELECT practice.place_code, rate.per_thousand
    FROM referral_expected AS practice
    LEFT JOIN referral_rate AS rate
        ON rate.ydernr = practice.ydernr
        AND rate.year = practice.year
    WHERE practice.year = $year
)

SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    ROUND(PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY practice.per_thousand), 4) AS numerator,
    ROUND(PERCENTILE_CONT(0.1) WITHIN GROUP (ORDER BY practice.per_thousand), 4) AS denominator,
    COUNT(*) - COUNT(practice.per_thousand) AS missing
FROM practice
INNER JOIN geography_member AS member
    ON member.place_code = practice.place_code
    AND member.year = $year
INNER JOIN taerskel AS few
    ON few.taerskel = 'spredning_mindst_praksis'
GROUP BY member.geo_level, member.geo_code, member.geo_version, few.vaerdi
HAVING COUNT(practice.per_thousand) >= few.vaerdi
