-- One row is a region's money used of the year's appropriation that is not accounted for, in million kroner; each pool
-- stands once more under its name.
WITH
-- Every region of the year's accounts with every pool of any year's: one that nothing was used of has a zero.
cell AS (
    SELECT region.region_code, known.pool
    FROM (SELECT DISTINCT region_code FROM spending WHERE year = $year) AS region
    CROSS JOIN (SELECT DISTINCT pool FROM spending) AS known
),

used AS (
    SELECT
        cell.region_code,
        cell.pool,
        COALESCE(spending.spent_kr - spending.accounted_kr, CAST(0 AS DECIMAL(14, 2)))
        * CAST(0.000001 AS DECIMAL(7, 6)) AS million_kr
    FROM cell
    LEFT JOIN spending
        ON spending.year = $year
        AND spending.region_code = cell.region_code
        AND spending.pool = cell.pool
)

SELECT
    region_code AS geo_code,
    CASE WHEN GROUPING(pool) = 0 THEN 'pool' ELSE 'all' END AS breakdown_dim,
    COALESCE(pool, 'all') AS breakdown_value,
    SUM(million_kr) AS numerator
FROM used
GROUP BY GROUPING SETS ((region_code), (region_code, pool))
