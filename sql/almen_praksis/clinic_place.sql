-- One row is a municipality in a year whose extract of clinics, tenders and trials is there, and whether it is on the
-- national list of those short of doctors: where nothing runs in such a year there are none, rather than no figure.
SELECT
    $year AS year,
    member.place_code,
    area.place_code IS NOT NULL AS is_underserved
FROM (SELECT DISTINCT place_code FROM geography_member WHERE year = $year AND geo_level = 'municipality') AS member
CROSS JOIN (SELECT COUNT(*) AS lines FROM alternativ_drift) AS extract
LEFT JOIN (SELECT DISTINCT place_code FROM underserved_place WHERE year = $year) AS area
    ON area.place_code = member.place_code
WHERE extract.lines > 0
