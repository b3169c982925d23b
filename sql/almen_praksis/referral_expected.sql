-- One row is a practice of the year: its referrals of the year, if the register has them, and those it would have if its
-- listed patients were referred as often as the country's of their age and sex: what indirect standardisation compares.
-- Only a practice that has both is compared. One that opened during the year had nobody listed on the reference date, and
-- of some the delivery withholds every count.
-- The country's referrals by age and sex give the pattern, and the compared practices the level: together they have as
-- many referrals as are expected of them, so that the country's index is 100.
-- Counts of 1 to 4 listed are withheld in the delivery and left out of both the practice's and the country's.
WITH listed AS (
    SELECT
        ydernr,
        aldersgruppe AS age_group,
        koen AS sex,
        COALESCE(antal_gr1, 0) + COALESCE(antal_gr2, 0) AS persons,
        COALESCE(antal_gr1, antal_gr2) IS NOT NULL AS is_told
    FROM tilmeldte
),

country AS (
    SELECT age_group, sex, SUM(persons) AS persons
    FROM listed
    GROUP BY age_group, sex
    HAVING SUM(persons) > 0
),

-- In decimals, so that sums do not depend on the order of the rows; multiplied before it is divided, since a quotient of
-- decimals has but four places more than what is divided.
pattern AS (
    SELECT
        listed.ydernr,
        SUM(listed.persons) AS persons,
        COUNT(*) FILTER (WHERE listed.is_told) AS lines,
        SUM(
            CAST(listed.persons * referred.antal AS DECIMAL(28, 8)) / CAST(country.persons AS DECIMAL(18, 0))
        ) AS referrals
    FROM listed
    INNER JOIN country
        ON country.age_group = listed.age_group
        AND country.sex = listed.sex
    INNER JOIN henvisninger_landstal AS referred
        ON referred.aldersgruppe = listed.age_group
        AND referred.koen = listed.sex
    GROUP BY listed.ydernr
),

observed AS (
    SELECT ydernr, SUM(antal) AS referrals, COUNT(*) AS lines
    FROM henvisninger
    GROUP BY ydernr
),

practice AS (
    SELECT
        held.year,
        held.ydernr,
        held.place_code,
        held.is_whole_year,
        pattern.persons,
        pattern.lines AS listed_lines,
        observed.lines AS referral_lines,
        observed.referrals AS observed,
        pattern.referrals AS pattern,
        observed.referrals IS NOT NULL AND COALESCE(pattern.referrals, 0) > 0 AS is_compared
    FROM practice_in_year AS held
    LEFT JOIN observed
        ON observed.ydernr = held.ydernr
    LEFT JOIN pattern
        ON pattern.ydernr = held.ydernr
    WHERE held.year = $year
),

level AS (
    SELECT SUM(observed) AS observed, SUM(pattern) AS pattern
    FROM practice
    WHERE is_compared
)

SELECT
    practice.year,
    practice.ydernr,
    practice.place_code,
    practice.is_whole_year,
    practice.is_compared,
    practice.persons,
    practice.listed_lines,
    practice.referral_lines,
    practice.observed,
    CASE
        WHEN practice.is_compared
            THEN CAST(
                CAST(CAST(practice.pattern AS DECIMAL(18, 8)) * CAST(level.observed AS DECIMAL(12, 0)) AS DECIMAL(30, 8))
                / CAST(level.pattern AS DECIMAL(20, 6)) AS DECIMAL(18, 8)
            )
    END AS expected
FROM practice
CROSS JOIN level
