-- One row is a region's money spent of the year's appropriation, in million kroner; each pool and each purpose stands
-- once more under its name.
SELECT region_code AS geo_code, 'all' AS breakdown_dim, 'all' AS breakdown_value, SUM(forbrug_kr) / 1000000 AS numerator
FROM posting
WHERE year = $year
GROUP BY region_code
UNION ALL
SELECT region_code, 'pool', pool, SUM(forbrug_kr) / 1000000
FROM posting
WHERE year = $year
GROUP BY region_code, pool
UNION ALL
SELECT region_code, 'purpose', purpose, SUM(forbrug_kr) / 1000000
FROM posting
WHERE year = $year
GROUP BY region_code, purpose
