-- One row is a code of a service that is in force on the last day of the year, with what it means then.
SELECT $year AS year, speciale, kategori AS category, er_kontakt AS is_contact
FROM ydelseskode
WHERE gyldig_fra <= $reference_date + INTERVAL '1 year' - INTERVAL '1 day'
    AND (gyldig_til IS NULL OR gyldig_til > $reference_date + INTERVAL '1 year' - INTERVAL '1 day')
