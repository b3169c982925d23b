-- One row is what a region used of a year's appropriation for a purpose, and how much of that is accounted for, and in
-- time.
-- A correction counts with its sign, whether an account has come of it, of what it corrects, of both or of neither: it is
-- the region's own word that less was used. What is not accounted for are therefore the postings that use money and have
-- no account; and where a correction has its account before what it corrects, the sum is below nothing until that comes.
-- Nothing is in time that is not accounted for: a correction that comes late takes off what came in time.
WITH duty AS (
    SELECT MAX(target_value) AS months FROM target_definition WHERE indicator_id = 'd11_regnskab_frist'
),

posted AS (
    SELECT
        posting.pool,
        posting.purpose,
        posting.year,
        posting.region_code,
        SUM(posting.forbrug_kr) AS spent_kr,
        SUM(
            CASE
                WHEN posting.is_accounted OR posting.forbrug_kr < 0 THEN posting.forbrug_kr
                ELSE CAST(0 AS DECIMAL(14, 2))
            END
        ) AS accounted_kr,
        SUM(
            CASE
                WHEN posting.months_to_account <= duty.months THEN posting.forbrug_kr
                ELSE CAST(0 AS DECIMAL(14, 2))
            END
        ) AS in_time_kr,
        COUNT(*) FILTER (WHERE NOT posting.is_accounted) AS postings_without_account
    FROM posting
    CROSS JOIN duty
    GROUP BY posting.pool, posting.purpose, posting.year, posting.region_code
)

SELECT
    pool,
    purpose,
    year,
    region_code,
    spent_kr,
    accounted_kr,
    LEAST(in_time_kr, accounted_kr) AS in_time_kr,
    postings_without_account
FROM posted
