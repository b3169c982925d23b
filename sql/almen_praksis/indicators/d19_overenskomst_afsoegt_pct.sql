-- One row is a place's tenders of single services that run on the reference date, and those where the agreement's
-- doctors were asked first; a place without a tender has none of none.
SELECT
    place.place_code AS geo_code,
    COUNT(*) FILTER (WHERE tender.afsoegt_overenskomst) AS numerator,
    COUNT(tender.afsoegt_overenskomst) AS denominator,
    COUNT(tender.drift_id) - COUNT(tender.afsoegt_overenskomst) AS missing
FROM clinic_place AS place
LEFT JOIN alternativ_drift AS tender
    ON tender.kommunekode = place.place_code
    AND tender.driftsform = 'ENKELTYDELSE'
    AND tender.start_dato <= $reference_date
    AND (tender.slut_dato IS NULL OR tender.slut_dato > $reference_date)
WHERE place.year = $year
GROUP BY place.place_code
