-- One row is what a practice adds to the index of referrals, or that it is one of those behind their spread.
SELECT
    'u3_henvisninger_indeks' AS indicator_id,
    $year AS year,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    place_code,
    ydernr AS contributor,
    CAST(observed AS DECIMAL(18, 4)) AS amount
FROM referral_expected
WHERE year = $year AND is_compared
UNION ALL
SELECT
    named.indicator_id,
    $year,
    'all',
    'all',
    practice.place_code,
    practice.ydernr,
    CAST(1 AS DECIMAL(18, 4))
FROM referral_expected AS practice
INNER JOIN referral_rate AS rate
    ON rate.ydernr = practice.ydernr
    AND rate.year = practice.year
CROSS JOIN (VALUES ('u3_henvisning_spredning'), ('u3_henvisning_variation')) AS named(indicator_id)
WHERE practice.year = $year AND rate.per_thousand IS NOT NULL
