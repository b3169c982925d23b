-- One row is the country's money spent of the year's appropriation, and that appropriation, in million kroner; each
-- pool stands once more under its name.
-- For the country only: the key that shares the appropriation out to the regions is not in the documents.
WITH spent AS (
    SELECT pool, SUM(forbrug_kr) / 1000000 AS million_kr
    FROM posting
    WHERE year = $year
    GROUP BY pool
),

granted AS (
    SELECT pool, SUM(million_kr) AS million_kr
    FROM appropriation
    WHERE grant_year = $year
    GROUP BY pool
),

used AS (
    SELECT spent.pool, spent.million_kr AS spent, granted.million_kr AS granted
    FROM spent
    INNER JOIN granted
        ON granted.pool = spent.pool
)

SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    SUM(used.spent) AS numerator,
    SUM(used.granted) AS denominator
FROM used
CROSS JOIN national
WHERE national.year = $year
GROUP BY national.geo_code, national.geo_version
UNION ALL
SELECT 'country', national.geo_code, national.geo_version, 'pool', used.pool, used.spent, used.granted
FROM used
CROSS JOIN national
WHERE national.year = $year
