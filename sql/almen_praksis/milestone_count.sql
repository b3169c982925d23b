-- One row is an indicator's milestones on the reference date, in the country: how many were met, and of how many
-- nobody tells.
SELECT
    state.year,
    state.indicator_id,
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    COUNT(*) FILTER (WHERE state.state = 'met') AS met,
    COUNT(*) FILTER (WHERE state.state = 'unknown') AS unknown
FROM milestone_state AS state
INNER JOIN national
    ON national.year = state.year
WHERE state.year = $year AND state.indicator_id IS NOT NULL
GROUP BY state.year, state.indicator_id, national.geo_code, national.geo_version
