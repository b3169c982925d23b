-- One row is a geography's posted main courses in general practice, and those of them that were filled, as
-- Sundhedsstyrelsen has counted them.
SELECT
    account.geo_level,
    account.geo_code,
    national.geo_version,
    account.filled AS numerator,
    account.posted AS denominator
FROM training_account AS account
INNER JOIN national
    ON national.year = account.year
WHERE account.year = $year
