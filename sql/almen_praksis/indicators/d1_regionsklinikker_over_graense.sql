-- One row is a place's region-run clinics that have run longer than the limit in force on the reference
-- date. Where no limit is in force none can be beyond it: such a year has no figure, rather than a zero.
SELECT place_code AS geo_code, COUNT(*) FILTER (WHERE months > 12 * limit_years) AS numerator
FROM clinic
WHERE year = $year AND form = 'REGIONSKLINIK' AND limit_years IS NOT NULL
GROUP BY place_code
