-- One row is a place's residents on the reference date: those of insurance group 1, those of them listed with no practice
-- that day, and those whom the register of the insured does not know.
SELECT
    year,
    place_code,
    COUNT(*) FILTER (WHERE insurance_group = '1') AS insured,
    COUNT(*) FILTER (WHERE insurance_group = '1' AND ydernr IS NULL) AS without_doctor,
    COUNT(*) FILTER (WHERE insurance_group IS NULL) AS not_known
FROM listed_person
WHERE year = $year
GROUP BY year, place_code
