-- One row is a place's referrals of the year, and those that its practices' patients would have if they were referred
-- as often as the country's of their age and sex.
SELECT place_code AS geo_code, SUM(observed) AS numerator, SUM(expected) AS denominator
FROM referral_expected
WHERE year = $year
GROUP BY place_code
