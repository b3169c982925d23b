-- One row is a place's tenders of single services that run on the reference date, and those where the agreement's
-- doctors were asked first.
SELECT
    kommunekode AS geo_code,
    COUNT(*) FILTER (WHERE afsoegt_overenskomst) AS numerator,
    COUNT(afsoegt_overenskomst) AS denominator,
    COUNT(*) - COUNT(afsoegt_overenskomst) AS missing
FROM alternativ_drift
WHERE driftsform = 'ENKELTYDELSE' AND start_dato <= $reference_date AND (slut_dato IS NULL OR slut_dato > $reference_date)
GROUP BY kommunekode
