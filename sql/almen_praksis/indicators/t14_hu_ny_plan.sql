-- One row is a geography's planned main courses a year in the plan for 2026-2030 less those of the plan before it.
SELECT
    geography.geo_level,
    geography.geo_code,
    geography.geo_version,
    SUM(CASE WHEN planned.aar BETWEEN 2026 AND 2030 THEN planned.antal ELSE -planned.antal END) / 5 AS numerator
FROM dimensioneringsplan AS planned
INNER JOIN training_geography AS geography
    ON geography.training_region = planned.videreuddannelsesregion
WHERE planned.type = 'H' AND planned.aar BETWEEN 2021 AND 2030 AND $year = 2025
GROUP BY geography.geo_level, geography.geo_code, geography.geo_version
