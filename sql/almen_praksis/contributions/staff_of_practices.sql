-- One row is what a practice adds to an indicator of staff beside doctor capacities: those whose answer and capacities are
-- known, as in staff_and_capacity.
WITH known AS (
    SELECT
        practice.*,
        CASE WHEN today.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS is_listed,
        CASE WHEN baseline.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS was_listed
    FROM practice_staff AS practice
    LEFT JOIN underserved_place AS today
        ON today.place_code = practice.place_code
        AND today.year = $year
    LEFT JOIN underserved_at_baseline AS baseline
        ON baseline.place_code = practice.place_code
    WHERE practice.year = $year AND practice.has_answered AND practice.capacities IS NOT NULL
),

counted AS (
    SELECT
        named.indicator_id,
        known.place_code,
        known.ydernr AS contributor,
        known.is_listed,
        known.was_listed,
        CASE named.indicator_id
            WHEN 'u2_personale_pr_laege' THEN known.full_time_equivalents
            WHEN 'u2_personale_personer_pr_laege' THEN known.persons
            WHEN 'u2_sygeplejersker_pr_laege' THEN known.nurse_full_time_equivalents
            WHEN 'a15_oevrige_faggrupper_pr_laege' THEN known.other_full_time_equivalents
            WHEN 'a3_personale_truede_omraader' THEN known.health_full_time_equivalents
        END AS amount
    FROM known
    CROSS JOIN (
        VALUES
        ('u2_personale_pr_laege'),
        ('u2_personale_personer_pr_laege'),
        ('u2_sygeplejersker_pr_laege'),
        ('a15_oevrige_faggrupper_pr_laege'),
        ('a3_personale_truede_omraader')
    ) AS named(indicator_id)
),

divided AS (
    SELECT *, 'all' AS breakdown_dim, 'all' AS breakdown_value
    FROM counted
    UNION ALL
    SELECT *, 'underserved' AS breakdown_dim, is_listed AS breakdown_value
    FROM counted
    WHERE indicator_id = 'a3_personale_truede_omraader'
    UNION ALL
    SELECT *, 'underserved_2018' AS breakdown_dim, was_listed AS breakdown_value
    FROM counted
    WHERE indicator_id = 'a3_personale_truede_omraader'
)

SELECT
    indicator_id,
    $year AS year,
    breakdown_dim,
    breakdown_value,
    place_code,
    contributor,
    CAST(amount AS DECIMAL(18, 4)) AS amount
FROM divided
