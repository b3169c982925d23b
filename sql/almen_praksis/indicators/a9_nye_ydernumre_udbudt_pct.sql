-- One row is a place's provider numbers given in the year before the reference date, and those of them given after a
-- tender.
SELECT
    kommunekode AS geo_code,
    COUNT(*) FILTER (WHERE tildeling = 'UDBUD') AS numerator,
    COUNT(tildeling) AS denominator,
    COUNT(*) - COUNT(tildeling) AS missing
FROM alternativ_drift
WHERE driftsform = 'NYT_YDERNR'
    AND start_dato < $reference_date
    AND start_dato >= $reference_date - INTERVAL '1 year'
GROUP BY kommunekode
