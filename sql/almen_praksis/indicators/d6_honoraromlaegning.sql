-- One row is the country's milestones of this indicator that were met by the reference date, beside those of which nobody tells.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    milestone.met AS numerator,
    milestone.unknown AS missing
FROM milestone_count AS milestone
INNER JOIN national
    ON national.year = milestone.year
WHERE milestone.year = $year AND milestone.indicator_id = 'd6_honoraromlaegning'
