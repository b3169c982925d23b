-- One row is a place's referrals of the year, and those that its practices' patients would have if they were referred
-- as often as the country's of their age and sex; practices without listed patients or without referrals are missing.
SELECT
    place_code AS geo_code,
    COALESCE(SUM(observed) FILTER (WHERE is_compared), 0) AS numerator,
    COALESCE(SUM(expected) FILTER (WHERE is_compared), 0) AS denominator,
    SUM(CAST(observed * observed AS DECIMAL(28, 4))) FILTER (WHERE is_compared) AS squares,
    SUM(CAST(observed * CAST(expected AS DECIMAL(14, 4)) AS DECIMAL(28, 4))) FILTER (WHERE is_compared) AS cross_products,
    SUM(CAST(CAST(expected AS DECIMAL(12, 4)) * CAST(expected AS DECIMAL(12, 4)) AS DECIMAL(28, 4)))
        FILTER (WHERE is_compared) AS denominator_squares,
    COUNT(*) FILTER (WHERE is_compared) AS clusters,
    COUNT(*) FILTER (WHERE NOT is_compared) AS missing
FROM referral_expected
WHERE year = $year
GROUP BY place_code
