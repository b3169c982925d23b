-- One row is a person of insurance group 1, with the practice that the person is listed with on the reference date, if
-- any.
-- Who is in group 1 and where the person lives is known as of the day that the register is drawn.
SELECT
    $year AS year,
    insured.person_id,
    insured.kommunekode AS place_code,
    MIN(listing.ydernr) AS ydernr
FROM sikret AS insured
LEFT JOIN tilmelding AS listing
    ON listing.person_id = insured.person_id
    AND listing.fra <= $reference_date
    AND (listing.til IS NULL OR listing.til > $reference_date)
WHERE insured.gruppe = '1'
GROUP BY insured.person_id, insured.kommunekode
