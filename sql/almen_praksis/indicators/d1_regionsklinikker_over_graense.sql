-- One row is a place's region-run clinics that have run longer than the limit in force on the reference date.
SELECT place_code AS geo_code, COUNT(*) FILTER (WHERE months > 12 * limit_years) AS numerator
FROM clinic
WHERE year = $year AND form = 'REGIONSKLINIK'
GROUP BY place_code
