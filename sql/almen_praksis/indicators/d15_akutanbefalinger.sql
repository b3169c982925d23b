-- One row is the country's number of milestones met by the reference date among M10.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    COUNT(*) FILTER (WHERE milestone.state = 'met') AS numerator
FROM national
CROSS JOIN milestone_state AS milestone
WHERE milestone.year = $year AND milestone.milestone_id IN ('M10')
GROUP BY national.geo_code, national.geo_version
