-- One row is what an answer to the survey of staff adds to an indicator in a municipality: all answers count, those
-- without a provider number too.
WITH answered AS (
    SELECT
        staff_answer.*,
        CAST(answer AS VARCHAR) AS contributor,
        CASE WHEN area.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS is_listed
    FROM staff_answer
    LEFT JOIN underserved_place AS area
        ON area.place_code = staff_answer.municipality_code
        AND area.year = $year
    WHERE staff_answer.year = $year
),

-- An answer's line on a profession, once for every indicator that counts it.
counted AS (
    SELECT
        named.indicator_id,
        answered.municipality_code,
        answered.contributor,
        answered.profession,
        answered.is_listed,
        CASE named.indicator_id
            WHEN 'u2_svarsum_personer_pr_laege' THEN answered.persons
            ELSE answered.full_time_equivalents
        END AS amount
    FROM answered
    CROSS JOIN (
        VALUES
        ('u2_personale_aarsvaerk'),
        ('u2_personale_aarsvaerk_foer_2022'),
        ('u2_sygeplejersker_aarsvaerk'),
        ('a15_oevrige_faggrupper_aarsvaerk'),
        ('u2_svarsum_personer_pr_laege'),
        ('a3_svarsum_pr_10_laeger')
    ) AS named(indicator_id)
    WHERE
        CASE named.indicator_id
            WHEN 'u2_personale_aarsvaerk_foer_2022' THEN answered.counted_as_staff_before
            WHEN 'u2_sygeplejersker_aarsvaerk' THEN answered.profession = 'sygeplejerske'
            WHEN 'a15_oevrige_faggrupper_aarsvaerk' THEN answered.profession IN ('farmaceut', 'fysioterapeut', 'psykolog')
            WHEN 'a3_svarsum_pr_10_laeger' THEN answered.counts_as_staff AND answered.is_health_profession
            ELSE answered.counts_as_staff
        END
),

divided AS (
    SELECT *, 'all' AS breakdown_dim, 'all' AS breakdown_value
    FROM counted
    UNION ALL
    SELECT *, 'profession' AS breakdown_dim, profession AS breakdown_value
    FROM counted
    WHERE indicator_id = 'u2_personale_aarsvaerk'
    UNION ALL
    SELECT *, 'underserved' AS breakdown_dim, is_listed AS breakdown_value
    FROM counted
    WHERE indicator_id = 'a3_svarsum_pr_10_laeger'
)

SELECT
    indicator_id,
    $year AS year,
    breakdown_dim,
    breakdown_value,
    municipality_code AS place_code,
    contributor,
    CAST(SUM(amount) AS DECIMAL(18, 4)) AS amount
FROM divided
GROUP BY indicator_id, breakdown_dim, breakdown_value, municipality_code, contributor
