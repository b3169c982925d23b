-- One row is a practice's referrals of the year per 1,000 listed, not standardised: the extract does not say how old
-- the referred are.
-- Practices with few patients are left out, since chance alone makes their rates differ.
SELECT
    practice.year,
    practice.ydernr,
    practice.place_code,
    CAST(SUM(referral.antal) AS DOUBLE) * 1000 / MAX(practice.listed_patients) AS per_thousand
FROM active_practice AS practice
INNER JOIN henvisninger AS referral
    ON referral.ydernr = practice.ydernr
WHERE practice.year = $year AND practice.listed_patients >= 500
GROUP BY practice.year, practice.ydernr, practice.place_code
