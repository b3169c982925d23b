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

SELECT region_code AS geo_code, 'all' AS breakdown_dim, 'all' AS breakdown_value, SUM(million_kr) AS numerator
FROM used
GROUP BY region_code
UNION ALL
SELECT region_code, 'pool', pool, SUM(million_kr)
FROM used
GROUP BY region_code, pool
