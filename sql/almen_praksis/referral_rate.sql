-- One row is a practice's referrals of the year per 1,000 listed, indirectly standardised by age and sex: observed over
-- expected, times the country's rate.
-- Practices with few patients are left out, since chance alone makes their rates differ, and so are those that closed
-- during the year, whose referrals are of some months only.
WITH country AS (
    SELECT CAST(SUM(observed) AS DOUBLE) * 1000 / SUM(persons) AS per_thousand
    FROM referral_expected
    WHERE year = $year AND is_compared
)

SELECT
    practice.year,
    practice.ydernr,
    practice.place_code,
    CAST(practice.observed AS DOUBLE) / CAST(practice.expected AS DOUBLE) * country.per_thousand AS per_thousand
FROM referral_expected AS practice
CROSS JOIN country
INNER JOIN taerskel AS few
    ON few.taerskel = 'henvisningsrate_mindst_tilmeldte'
WHERE practice.year = $year
    AND practice.is_compared
    AND practice.is_whole_year
    AND practice.persons >= few.vaerdi
