-- One row is a geography's planned main courses in general practice, as Sundhedsstyrelsen has counted them.
SELECT account.geo_level, account.geo_code, national.geo_version, account.planned AS numerator
FROM training_account AS account
INNER JOIN national
    ON national.year = account.year
WHERE account.year = $year
