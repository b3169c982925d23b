-- One row is the country's regions that applied and were granted money for health centres.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    COUNT(DISTINCT CASE WHEN project.ansoeger_type = 'REGION' THEN project.regionskode END) AS numerator
FROM national
CROSS JOIN sundhedshus_projekt AS project
WHERE project.pulje = 'F4' AND DATE_PART('year', project.tilsagn_dato) <= $year
GROUP BY national.geo_code, national.geo_version
