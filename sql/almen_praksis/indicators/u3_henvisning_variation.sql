-- One row is a geography's standard deviation and mean of the practices' referrals per 1,000 listed, both times their
-- number. Summed as whole tenths, so that the order of the rows can't matter.
WITH rated AS (
    SELECT year, place_code, CAST(ROUND(10 * per_thousand) AS BIGINT) AS tenths
    FROM referral_rate
    WHERE year = $year
),

summed AS (
    SELECT
        member.geo_level,
        member.geo_code,
        member.geo_version,
        COUNT(*) AS n,
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
    ROUND(SQRT(CAST(summed.n * summed.squares - summed.total * summed.total AS DOUBLE)), 4) AS numerator,
    summed.total AS denominator
FROM summed
INNER JOIN taerskel AS few
    ON few.taerskel = 'spredning_mindst_praksis'
    AND summed.n >= few.vaerdi
