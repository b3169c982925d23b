-- One row is a practice with a status on the reference date that is no active general practice in the register.
SELECT $year AS year, practice_status.ydernr, practice_status.tilgang_dato, practice_status.kommunekode
FROM yder_status AS practice_status
LEFT JOIN active_practice AS practice
    ON practice.ydernr = practice_status.ydernr
    AND practice.tilgang_dato = practice_status.tilgang_dato
WHERE practice_status.gyldig_fra <= $reference_date
    AND (practice_status.gyldig_til IS NULL OR practice_status.gyldig_til > $reference_date)
    AND practice.ydernr IS NULL
