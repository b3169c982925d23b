-- One row is a geography's standard deviation and mean of the practices' referrals per 1,000 listed. Summed as whole
-- tenths, so that the order of the rows can't matter. It is all practices that are compared and no sample of them: the
-- squares are divided by their number. Practices without a rate are missing.
WITH rated AS (
    SELECT practice.year, practice.place_code, CAST(ROUND(10 * rate.per_thousand) AS BIGINT) AS tenths
    FROM referral_expected AS practice
    LEFT JOIN referral_rate AS rate
        ON rate.ydernr = practice.ydernr
        AND rate.year = practice.year
    WHERE practice.year = $year
),

summed AS (
    SELECT
        member.geo_level,
        member.geo_code,
        member.geo_version,
        COUNT(rated.tenths) AS n,
        COUNT(*) - COUNT(rated.tenths) AS missing,
        SUM(rated.tenths) AS total,
        SUM(rated.tenths * rated.tenths) AS squares
    FROM rated
    INNER JOIN geography_member AS member
        ON member.place_code = rated.place_code
        AND member.year = rated.year
    GROUP BY member.geo_level, member.geo_code, member.geo_version
)

SELECT
    summed.geo_level,
    summed.geo_code,
    summed.geo_version,
    ROUND(
        SQRT(CAST(summed.n * summed.squares - summed.total * summed.total AS DOUBLE)) / (10 * summed.n), 4
    ) AS numerator,
    ROUND(CAST(summed.total AS DOUBLE) / (10 * summed.n), 4) AS denominator,
    summed.missing
FROM summed
INNER JOIN taerskel AS few
    ON few.taerskel = 'spredning_mindst_praksis'
    AND summed.n >= few.vaerdi
