-- One row is a place's million kroner for health centres committed by the end of the year.
SELECT kommunekode AS geo_code, SUM(tilsagn_kr) * CAST(0.000001 AS DECIMAL(7, 6)) AS numerator
FROM sundhedshus_projekt
WHERE pulje = 'F4' AND DATE_PART('year', tilsagn_dato) <= $year
GROUP BY kommunekode
