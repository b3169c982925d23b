-- One row is a geography's filled main courses in general practice, as Sundhedsstyrelsen has counted them.
SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    SUM(account.filled) AS numerator
FROM training_account AS account
INNER JOIN training_geography AS geography
    ON geography.training_region = account.training_region
WHERE account.year = $year AND geography.year = $year
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
