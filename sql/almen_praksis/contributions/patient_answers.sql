-- One row is what a practice adds to an indicator of its patients' answers.
SELECT
    CASE given.spoergsmaal
        WHEN 'BEHANDLING' THEN 'u3_patienttilfredshed'
        WHEN 'KOMMUNIKATION' THEN 'u3_patienttilfredshed_kommunikation'
        WHEN 'SAMLET' THEN 'u3_patienttilfredshed_samlet'
        WHEN 'TILGAENGELIGHED' THEN 'u3_patienttilfredshed_tilgaengelighed'
        ELSE CONCAT('u3_patienttilfredshed_', LOWER(given.spoergsmaal))
    END AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    practice.place_code,
    practice.ydernr AS contributor,
    CAST(CAST(given.antal_svar AS DECIMAL(8, 0)) * given.gennemsnit AS DECIMAL(18, 4)) AS amount
FROM patienttilfredshed AS given
INNER JOIN practice_in_year AS practice
    ON practice.ydernr = given.ydernr
WHERE practice.year = $year
