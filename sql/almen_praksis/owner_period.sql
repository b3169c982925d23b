-- One row is a doctor's time as owner of a general practice, as the year's extract has it, and where the practice lies.
-- The register keeps its history, so each year's extract has all of them, ended ones too. A practice that has moved is
-- taken to be where it was last; without a status, as closed ones are, its region alone is known.
WITH last_place AS (
    SELECT ydernr, tilgang_dato, FIRST_VALUE(kommunekode ORDER BY gyldig_fra DESC) AS kommunekode
    FROM yder_status
    GROUP BY ydernr, tilgang_dato
)

SELECT
    $year AS year,
    person.person_id,
    provider.ydernr,
    provider.tilgang_dato,
    GREATEST(person.tilgang_dato, provider.tilgang_dato) AS starts,
    LEAST(person.afgang_dato, provider.afgang_dato) AS ends,
    COALESCE(last_place.kommunekode, provider.region_code) AS place_code
FROM general_practice AS provider
INNER JOIN yder_person AS person
    ON person.ydernr = provider.ydernr
    AND person.yder_tilgang_dato = provider.tilgang_dato
INNER JOIN personrolle
    ON personrolle.personrolle_kode = person.personrolle_kode
    AND personrolle.er_laege
    AND personrolle.rolle = 'EJER'
LEFT JOIN last_place
    ON last_place.ydernr = provider.ydernr
    AND last_place.tilgang_dato = provider.tilgang_dato
WHERE provider.year = $year
