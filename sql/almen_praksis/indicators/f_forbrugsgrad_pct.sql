-- One row is the country's money used of the year's appropriation and accounted for, and that appropriation, in million
-- kroner; each pool stands once more under its name. A pool of which nothing is used counts with what it got; postings
-- without an account are missing.
-- For the country only: the key that shares the appropriation out to the regions is not in the documents.
WITH used AS (
    SELECT
        pool,
        SUM(accounted_kr) * CAST(0.000001 AS DECIMAL(7, 6)) AS million_kr,
        SUM(postings_without_account) AS missing
    FROM spending
    WHERE year = $year
    GROUP BY pool
),

granted AS (
    SELECT pool, SUM(million_kr) AS million_kr
    FROM pool_appropriation
    WHERE grant_year = $year
    GROUP BY pool
),

-- The pools that regions account for.
part AS (
    SELECT
        known.pool,
        COALESCE(used.million_kr, CAST(0 AS DECIMAL(18, 8))) AS used,
        COALESCE(granted.million_kr, CAST(0 AS DECIMAL(18, 4))) AS granted,
        COALESCE(used.missing, CAST(0 AS BIGINT)) AS missing
    FROM (SELECT DISTINCT pool FROM spending) AS known
    LEFT JOIN used
        ON used.pool = known.pool
    LEFT JOIN granted
        ON granted.pool = known.pool
    WHERE used.pool IS NOT NULL OR granted.pool IS NOT NULL
)

SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    SUM(part.used) AS numerator,
    SUM(part.granted) AS denominator,
    SUM(part.missing) AS missing
FROM part
CROSS JOIN national
WHERE national.year = $year
GROUP BY national.geo_code, national.geo_version
UNION ALL
SELECT
    'country',
    national.geo_code,
    national.geo_version,
    'pool',
    part.pool,
    SUM(part.used),
    SUM(part.granted),
    SUM(part.missing)
FROM part
CROSS JOIN national
WHERE national.year = $year
GROUP BY national.geo_code, national.geo_version, part.pool
