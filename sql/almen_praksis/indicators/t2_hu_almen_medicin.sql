-- One row is a geography's main courses in general practice in the training plan.
SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    SUM(planned.antal) AS numerator
FROM dimensioneringsplan AS planned
INNER JOIN laegespeciale_alias AS spelling
    ON spelling.stavemaade = planned.speciale
INNER JOIN training_geography AS geography
    ON geography.training_region = planned.videreuddannelsesregion
WHERE planned.aar = $year AND planned.type = 'H' AND spelling.laegespeciale = 'almen_medicin'
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
