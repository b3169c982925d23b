-- One row is a practice that an indicator of the answers to the survey of staff counts, or its capacities.
SELECT
    'u2_svar_praksis_pct' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(1 AS DECIMAL(18, 4)) AS amount
FROM practice_staff
WHERE year = $year AND has_answered
UNION ALL
SELECT
    'u2_svar_kapaciteter_pct' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(COALESCE(capacities, 0) AS DECIMAL(18, 4)) AS amount
FROM practice_staff
WHERE year = $year AND has_answered
UNION ALL
SELECT
    'a11_solo_uden_personale' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    practice.place_code AS place_code,
    practice.ydernr AS contributor,
    CAST(1 AS DECIMAL(18, 4)) AS amount
FROM practice_staff AS practice
INNER JOIN taerskel AS little
    ON little.taerskel = 'naesten_uden_personale_under_aarsvaerk'
WHERE practice.year = $year
    AND practice.is_solo
    AND practice.has_answered
    AND practice.full_time_equivalents < little.vaerdi
