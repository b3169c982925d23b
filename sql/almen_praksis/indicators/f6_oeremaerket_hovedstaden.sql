-- One row is the region's part of the money set aside for health centres, in million kroner, without a year.
SELECT geo_code, SUM(million_kr) AS numerator
FROM appropriation
WHERE pool = 'F6'
GROUP BY geo_code
