-- One row is a place's extended health centres committed by the end of the year.
SELECT kommunekode AS geo_code, COUNT(*) FILTER (WHERE projekttype = 'UDBYGNING') AS numerator
FROM sundhedshus_projekt
WHERE pulje = 'F4' AND DATE_PART('year', tilsagn_dato) <= $year
GROUP BY kommunekode
