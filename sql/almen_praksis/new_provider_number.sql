-- One row is a provider number without patients that was given in the year before that of the extract: the extract is of
-- April, so the year before is complete in it.
SELECT $year - 1 AS year, kommunekode AS place_code, tildeling AS award
FROM alternativ_drift
WHERE driftsform = 'NYT_YDERNR' AND DATE_PART('year', start_dato) = $year - 1
