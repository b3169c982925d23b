-- One row is an indicator's milestones on the reference date, in the country: how many were met, and of how many nobody
-- tells. Their number is known only where a document gives the day of each. Without it there is none, rather than a zero:
-- before the document is written nobody has set the milestone, and afterwards nobody tells of it.
SELECT
    state.year,
    state.indicator_id,
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    CASE
        WHEN BOOL_AND(state.met_date IS NOT NULL OR state.state = 'lapsed')
            THEN COUNT(*) FILTER (WHERE state.state = 'met')
    END AS met,
    COUNT(*) FILTER (WHERE NOT state.is_told) AS unknown
FROM milestone_state AS state
INNER JOIN national
    ON national.year = state.year
WHERE state.year = $year AND state.indicator_id IS NOT NULL
GROUP BY state.year, state.indicator_id, national.geo_code, national.geo_version
