-- One row is a doctor's role at a general practice that is active on the reference date.
-- A doctor can have roles at several practices, and owners of several numbers have several rows.
SELECT DISTINCT
    practice.year,
    practice.reference_date,
    person.person_id,
    person.foedselsdato AS born,
    practice.ydernr,
    practice.tilgang_dato,
    practice.place_code,
    practice.is_solo,
    personrolle.rolle AS role
FROM active_practice AS practice
INNER JOIN yder_person AS person
    ON person.ydernr = practice.ydernr
    AND person.yder_tilgang_dato = practice.tilgang_dato
INNER JOIN personrolle
    ON personrolle.personrolle_kode = person.personrolle_kode
    AND personrolle.er_laege
WHERE person.tilgang_dato <= $reference_date
    AND (person.afgang_dato IS NULL OR person.afgang_dato > $reference_date)
