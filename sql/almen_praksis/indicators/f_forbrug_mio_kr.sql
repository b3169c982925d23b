-- One row is a region's money used of the year's appropriation and accounted for, in million kroner; each pool and each
-- purpose stands once more under its name. Postings without an account are missing.
WITH
-- Every region of the year's accounts with every purpose of any year's: one that nothing was used on has a zero.
cell AS (
    SELECT region.region_code, known.pool, known.purpose
    FROM (SELECT DISTINCT region_code FROM spending WHERE year = $year) AS region
    CROSS JOIN (SELECT DISTINCT pool, purpose FROM spending) AS known
),

used AS (
    SELECT
        cell.region_code,
        cell.pool,
        cell.purpose,
        COALESCE(spending.accounted_kr, CAST(0 AS DECIMAL(14, 2))) * CAST(0.000001 AS DECIMAL(7, 6)) AS million_kr,
        COALESCE(spending.postings_without_account, CAST(0 AS BIGINT)) AS postings_without_account
    FROM cell
    LEFT JOIN spending
        ON spending.year = $year
        AND spending.region_code = cell.region_code
        AND spending.pool = cell.pool
        AND spending.purpose = cell.purpose
)

SELECT
    region_code AS geo_code,
    CASE
        WHEN GROUPING(pool) = 0 THEN 'pool'
        WHEN GROUPING(purpose) = 0 THEN 'purpose'
        ELSE 'all'
    END AS breakdown_dim,
    COALESCE(pool, purpose, 'all') AS breakdown_value,
    SUM(million_kr) AS numerator,
    SUM(postings_without_account) AS missing
FROM used
GROUP BY GROUPING SETS ((region_code), (region_code, pool), (region_code, purpose))
