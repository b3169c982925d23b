-- One row is a place that an indicator counts and that lies in no geography: its count would be in no sum.
-- severity: error
-- remedy: Add the code to pipelines/reference/kommune.csv and kommune_geografi.csv, or mend it in the extract.
SELECT DISTINCT measure.year, measure.geo_code, measure.indicator_id
FROM indicators AS measure
LEFT JOIN geography_member AS member
    ON member.place_code = measure.geo_code
    AND member.year = measure.year
WHERE measure.geo_level = 'place' AND member.place_code IS NULL
