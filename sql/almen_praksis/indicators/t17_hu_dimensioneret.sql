-- One row is a geography's planned main courses in all specialties; each specialty stands once more under its name.
WITH planned AS (
    SELECT plan.videreuddannelsesregion AS training_region, spelling.laegespeciale AS specialty, plan.antal
    FROM dimensioneringsplan AS plan
    INNER JOIN laegespeciale_alias AS spelling
        ON spelling.stavemaade = plan.speciale
    WHERE plan.aar = $year AND plan.type = 'H'
)

SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    SUM(planned.antal) AS numerator
FROM planned
INNER JOIN training_geography AS geography
    ON geography.training_region = planned.training_region
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
UNION ALL
SELECT geography.geo_level, geography.geo_code, geography.geo_version, 'specialty', planned.specialty, SUM(planned.antal)
FROM planned
INNER JOIN training_geography AS geography
    ON geography.training_region = planned.training_region
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version, planned.specialty
