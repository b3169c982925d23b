-- One row is what an answer to the survey of staff adds to an indicator in a municipality: all answers count, those
-- without a provider number too.
WITH answered AS (
    SELECT
        CAST(answer AS VARCHAR) AS answer,
        municipality_code,
        profession,
        counts_as_staff,
        counted_as_staff_before,
        is_health_profession,
        persons,
        full_time_equivalents
    FROM staff_answer
    WHERE year = $year
),

listed AS (
    SELECT answered.*, CASE WHEN area.place_code IS NOT NULL THEN 'yes' ELSE 'no' END AS is_listed
    FROM answered
    LEFT JOIN underserved_place AS area
        ON area.place_code = answered.municipality_code
        AND area.year = $year
)

SELECT
    'u2_personale_aarsvaerk' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    municipality_code AS place_code,
    answer AS contributor,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS amount
FROM answered
WHERE counts_as_staff
GROUP BY municipality_code, answer
UNION ALL
SELECT
    'u2_personale_aarsvaerk' AS indicator_id,
    $year AS year,
    'profession' AS breakdown_dim,
    profession AS breakdown_value,
    municipality_code AS place_code,
    answer AS contributor,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS amount
FROM answered
WHERE counts_as_staff
GROUP BY municipality_code, answer, profession
UNION ALL
SELECT
    'u2_personale_aarsvaerk_foer_2022' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    municipality_code AS place_code,
    answer AS contributor,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS amount
FROM answered
WHERE counted_as_staff_before
GROUP BY municipality_code, answer
UNION ALL
SELECT
    'u2_sygeplejersker_aarsvaerk' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    municipality_code AS place_code,
    answer AS contributor,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS amount
FROM answered
WHERE profession = 'sygeplejerske'
GROUP BY municipality_code, answer
UNION ALL
SELECT
    'a15_oevrige_faggrupper_aarsvaerk' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    municipality_code AS place_code,
    answer AS contributor,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS amount
FROM answered
WHERE profession IN ('farmaceut', 'fysioterapeut', 'psykolog')
GROUP BY municipality_code, answer
UNION ALL
SELECT
    'u2_svarsum_personer_pr_laege' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    municipality_code AS place_code,
    answer AS contributor,
    CAST(SUM(persons) AS DECIMAL(18, 4)) AS amount
FROM answered
WHERE counts_as_staff
GROUP BY municipality_code, answer
UNION ALL
SELECT
    'a3_svarsum_pr_10_laeger' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    municipality_code AS place_code,
    answer AS contributor,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS amount
FROM answered
WHERE counts_as_staff AND is_health_profession
GROUP BY municipality_code, answer
UNION ALL
SELECT
    'a3_svarsum_pr_10_laeger' AS indicator_id,
    $year AS year,
    'underserved' AS breakdown_dim,
    is_listed AS breakdown_value,
    municipality_code AS place_code,
    answer AS contributor,
    CAST(SUM(full_time_equivalents) AS DECIMAL(18, 4)) AS amount
FROM listed
WHERE counts_as_staff AND is_health_profession
GROUP BY municipality_code, answer, is_listed
