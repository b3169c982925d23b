-- One row is who made an indicator's amount in a geography: how many practices or answers, and what the two largest of them
-- add. The disclosure policy hides amounts of too few. Who adds nothing makes nothing.
WITH made AS (
    SELECT
        part.indicator_id,
        part.breakdown_dim,
        part.breakdown_value,
        member.geo_level,
        member.geo_code,
        member.geo_version,
        part.contributor,
        SUM(part.amount) AS amount
    FROM contributions AS part
    INNER JOIN geography_member AS member
        ON member.place_code = part.place_code
        AND member.year = $year
    WHERE part.year = $year
    GROUP BY
        part.indicator_id,
        part.breakdown_dim,
        part.breakdown_value,
        member.geo_level,
        member.geo_code,
        member.geo_version,
        part.contributor
    HAVING SUM(part.amount) > 0
),

ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY indicator_id, breakdown_dim, breakdown_value, geo_level, geo_code, geo_version
            ORDER BY amount DESC, contributor
        ) AS place
    FROM made
)

SELECT
    indicator_id,
    $year AS year,
    geo_level,
    geo_code,
    geo_version,
    breakdown_dim,
    breakdown_value,
    COUNT(*) AS contributors,
    SUM(amount) AS total,
    MAX(CASE WHEN place = 1 THEN amount END) AS largest,
    MAX(CASE WHEN place = 2 THEN amount END) AS second_largest
FROM ranked
GROUP BY indicator_id, geo_level, geo_code, geo_version, breakdown_dim, breakdown_value
