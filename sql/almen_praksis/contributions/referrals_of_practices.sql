-- One row is what a practice adds to the index of referrals, or that it is one of those behind their spread.
SELECT
    'u3_henvisninger_indeks' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    place_code AS place_code,
    ydernr AS contributor,
    CAST(observed AS DECIMAL(18, 4)) AS amount
FROM referral_expected
WHERE year = $year AND is_compared
UNION ALL
SELECT
    'u3_henvisning_spredning' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    practice.place_code AS place_code,
    practice.ydernr AS contributor,
    CAST(1 AS DECIMAL(18, 4)) AS amount
FROM referral_expected AS practice
INNER JOIN referral_rate AS rate
    ON rate.ydernr = practice.ydernr
    AND rate.year = practice.year
WHERE practice.year = $year AND rate.per_thousand IS NOT NULL
UNION ALL
SELECT
    'u3_henvisning_variation' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    practice.place_code AS place_code,
    practice.ydernr AS contributor,
    CAST(1 AS DECIMAL(18, 4)) AS amount
FROM referral_expected AS practice
INNER JOIN referral_rate AS rate
    ON rate.ydernr = practice.ydernr
    AND rate.year = practice.year
WHERE practice.year = $year AND rate.per_thousand IS NOT NULL
