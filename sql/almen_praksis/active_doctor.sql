-- One row is a doctor's role at a general practice that is active on the reference date.
-- A doctor can have roles at several practices, and owners of several numbers have several rows.
SELECT DISTINCT
    practice.year,
    practice.reference_date,
    person.person_id,
    -- Whole years on the reference date.
    DATE_PART('year', $reference_date) - DATE_PART('year', person.foedselsdato)
    - CASE
        WHEN 100 * DATE_PART('month', person.foedselsdato) + DATE_PART('day', person.foedselsdato)
            > 100 * DATE_PART('month', $reference_date) + DATE_PART('day', $reference_date)
            THEN 1
        ELSE 0
    END AS age,
    practice.ydernr,
    practice.tilgang_dato,
    practice.place_code,
    practice.ejerform AS ownership,
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
