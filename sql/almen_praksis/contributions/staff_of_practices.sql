-- One row is what a practice adds to an indicator of staff beside doctor capacities: those whose answer and capacities are
-- known, as in staff_and_capacity.
WITH known AS (
    SELECT
        ydernr,
        place_code,
        persons,
        full_time_equivalents,
        health_full_time_equivalents,
        nurse_full_time_equivalents,
        other_full_time_equivalents
    FROM practice_staff
    WHERE year = $year AND has_answered AND capacities IS NOT NULL
),

listed AS (
    SELECT
        known.*,
        CASE WHEN today.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS is_listed,
        CASE WHEN baseline.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS was_listed
    FROM known
    LEFT JOIN underserved_place AS today
        ON today.place_code = known.place_code
        AND today.year = $year
    LEFT JOIN underserved_at_baseline AS baseline
        ON baseline.place_code = known.place_code
)

SELECT
    'u2_personale_pr_laege' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(full_time_equivalents AS DECIMAL(18, 4)) AS amount
FROM known
UNION ALL
SELECT
    'u2_personale_personer_pr_laege' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(persons AS DECIMAL(18, 4)) AS amount
FROM known
UNION ALL
SELECT
    'u2_sygeplejersker_pr_laege' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(nurse_full_time_equivalents AS DECIMAL(18, 4)) AS amount
FROM known
UNION ALL
SELECT
    'a15_oevrige_faggrupper_pr_laege' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(other_full_time_equivalents AS DECIMAL(18, 4)) AS amount
FROM known
UNION ALL
SELECT
    'a3_personale_truede_omraader' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(health_full_time_equivalents AS DECIMAL(18, 4)) AS amount
FROM known
UNION ALL
SELECT
    'a3_personale_truede_omraader' AS indicator_id,
    $year AS year,
    'underserved' AS breakdown_dim,
    is_listed AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(health_full_time_equivalents AS DECIMAL(18, 4)) AS amount
FROM listed
UNION ALL
SELECT
    'a3_personale_truede_omraader' AS indicator_id,
    $year AS year,
    'underserved_2018' AS breakdown_dim,
    was_listed AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(health_full_time_equivalents AS DECIMAL(18, 4)) AS amount
FROM listed
