-- One row is the country's students admitted to medicine in Copenhagen, Aarhus and Odense.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    SUM(places.admitted) AS numerator
FROM national
CROSS JOIN study_places AS places
WHERE places.year = $year AND places.level = 'BA' AND places.campus IN ('København', 'Aarhus', 'Odense')
GROUP BY national.geo_code, national.geo_version
