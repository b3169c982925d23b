-- One row is a general practice that is active on the reference date, with its status that day where one is known.
SELECT
    $year AS year,
    $reference_date AS reference_date,
    provider.ydernr,
    provider.tilgang_dato,
    -- Without a status the municipality is not known, but the register's own region is.
    COALESCE(practice_status.kommunekode, provider.region_code) AS place_code,
    practice_status.ejerform,
    practice_status.antal_kapaciteter AS capacities,
    practice_status.antal_kapaciteter <= solo.vaerdi AS is_solo,
    practice_status.status_kode AS intake_code,
    intake.er_aaben AS is_open,
    practice_status.aktive_tilmeldte AS listed_patients
FROM general_practice AS provider
INNER JOIN taerskel AS solo
    ON solo.taerskel = 'solopraksis_hoejst_kapaciteter'
LEFT JOIN yder_status AS practice_status
    ON practice_status.ydernr = provider.ydernr
    AND practice_status.tilgang_dato = provider.tilgang_dato
    AND practice_status.gyldig_fra <= $reference_date
    AND (practice_status.gyldig_til IS NULL OR practice_status.gyldig_til > $reference_date)
LEFT JOIN tilgangsstatus AS intake
    ON intake.status_kode = practice_status.status_kode
WHERE provider.year = $year
    AND provider.tilgang_dato <= $reference_date
    AND (provider.afgang_dato IS NULL OR provider.afgang_dato > $reference_date)
