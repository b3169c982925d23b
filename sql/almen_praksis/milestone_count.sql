-- One row is an indicator's milestones on the reference date: how many were met, and of how many nobody tells.
SELECT
    year,
    indicator_id,
    COUNT(*) FILTER (WHERE state = 'met') AS met,
    COUNT(*) FILTER (WHERE state = 'unknown') AS unknown
FROM milestone_state
WHERE year = $year AND indicator_id IS NOT NULL
GROUP BY year, indicator_id
