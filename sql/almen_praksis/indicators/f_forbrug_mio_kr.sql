-- One row is a region's money spent of the year's appropriation, in million kroner; each pool stands once more under its name.
SELECT regionskode AS geo_code, 'all' AS breakdown_dim, 'all' AS breakdown_value, SUM(forbrug_kr) / 1000000 AS numerator
FROM regnskab
WHERE aar = $year
GROUP BY regionskode
UNION ALL
SELECT regionskode, 'pool', pulje, SUM(forbrug_kr) / 1000000
FROM regnskab
WHERE aar = $year
GROUP BY regionskode, pulje
