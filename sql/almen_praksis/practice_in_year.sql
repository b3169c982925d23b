-- One row is a provider number that a general practice held at some time of the year, with the place of the practice that
-- held it on the reference date, or of the first that took it up later in the year.
-- What registers count over a whole year names practices that opened after its first day, too.
WITH held AS (
    SELECT
        provider.ydernr,
        provider.tilgang_dato,
        provider.afgang_dato,
        provider.region_code,
        GREATEST(provider.tilgang_dato, $reference_date) AS held_from,
        ROW_NUMBER() OVER (PARTITION BY provider.ydernr ORDER BY provider.tilgang_dato) AS turn
    FROM general_practice AS provider
    WHERE provider.year = $year
        AND provider.tilgang_dato < $reference_date + INTERVAL '1 year'
        AND (provider.afgang_dato IS NULL OR provider.afgang_dato > $reference_date)
)

SELECT
    $year AS year,
    held.ydernr,
    held.tilgang_dato,
    -- Without a status the municipality is not known, but the register's own region is.
    COALESCE(practice_status.kommunekode, held.region_code) AS place_code,
    held.tilgang_dato <= $reference_date AND COALESCE(held.afgang_dato >= $reference_date + INTERVAL '1 year', true)
        AS is_whole_year
FROM held
LEFT JOIN yder_status AS practice_status
    ON practice_status.ydernr = held.ydernr
    AND practice_status.tilgang_dato = held.tilgang_dato
    AND practice_status.gyldig_fra <= held.held_from
    AND (practice_status.gyldig_til IS NULL OR practice_status.gyldig_til > held.held_from)
WHERE held.turn = 1
