-- One row is the planned posts of a specialty in a geography and a year, by whether they are extraordinary.
SELECT
    plan.plan AS plan_id,
    plan.aar AS year,
    plan.type AS post_type,
    spelling.laegespeciale AS specialty,
    plan.ekstraordinaer AS is_extra,
    geography.year AS reference_year,
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    SUM(plan.antal) AS posts
FROM dimensioneringsplan AS plan
INNER JOIN laegespeciale_alias AS spelling
    ON spelling.stavemaade = plan.speciale
INNER JOIN training_geography AS geography
    ON geography.training_region = plan.videreuddannelsesregion
WHERE geography.year = $year
GROUP BY
    plan.plan,
    plan.aar,
    plan.type,
    spelling.laegespeciale,
    plan.ekstraordinaer,
    geography.year,
    geography.geo_level,
    geography.geo_code,
    geography.geo_version
