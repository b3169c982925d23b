-- One row is a practice's referrals of the year, and those it would have if its listed patients were referred as often
-- as the country's of their age and sex: what indirect standardisation compares.
-- Counts of 1 to 4 listed are withheld in the delivery and left out of both the practice's and the country's.
WITH listed AS (
    SELECT ydernr, aldersgruppe AS age_group, koen AS sex, COALESCE(antal_gr1, 0) + COALESCE(antal_gr2, 0) AS persons
    FROM tilmeldte
),

country AS (
    SELECT age_group, sex, SUM(persons) AS persons
    FROM listed
    GROUP BY age_group, sex
),

-- In decimals, so that sums do not depend on the order of the rows.
rate AS (
    SELECT
        country.age_group,
        country.sex,
        CAST(referred.antal AS DECIMAL(18, 0)) / CAST(country.persons AS DECIMAL(18, 0)) AS referrals_a_person
    FROM country
    INNER JOIN henvisninger_landstal AS referred
        ON referred.aldersgruppe = country.age_group
        AND referred.koen = country.sex
    WHERE country.persons > 0
),

expected AS (
    SELECT
        listed.ydernr,
        SUM(listed.persons) AS persons,
        SUM(CAST(CAST(listed.persons AS DECIMAL(9, 0)) * CAST(rate.referrals_a_person AS DECIMAL(12, 8)) AS DECIMAL(24, 8))) AS referrals
    FROM listed
    INNER JOIN rate
        ON rate.age_group = listed.age_group
        AND rate.sex = listed.sex
    GROUP BY listed.ydernr
),

observed AS (
    SELECT ydernr, SUM(antal) AS referrals
    FROM henvisninger
    GROUP BY ydernr
)

SELECT
    practice.year,
    practice.ydernr,
    practice.place_code,
    expected.persons,
    observed.referrals AS observed,
    expected.referrals AS expected
FROM active_practice AS practice
INNER JOIN observed
    ON observed.ydernr = practice.ydernr
INNER JOIN expected
    ON expected.ydernr = practice.ydernr
WHERE practice.year = $year
