-- One row is a resident on the reference date, with the insurance group that the register of the insured has, if it knows
-- the person, and the practice that the person is listed with that day, if any.
-- The register is drawn months later: who was born or moved in since, and could not be listed on the day, is no resident
-- of it. The group is known as of the day that the register is drawn.
SELECT
    $year AS year,
    resident.person_id,
    resident.place_code,
    MIN(insured.gruppe) AS insurance_group,
    MIN(listing.ydernr) AS ydernr
FROM resident
LEFT JOIN sikret AS insured
    ON insured.person_id = resident.person_id
LEFT JOIN tilmelding AS listing
    ON listing.person_id = resident.person_id
    AND listing.fra <= $reference_date
    AND (listing.til IS NULL OR listing.til > $reference_date)
WHERE resident.year = $year
GROUP BY resident.person_id, resident.place_code
