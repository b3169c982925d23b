-- One row is a geography's posted main courses in general practice, and those of them that were filled; the other specialties
-- stand under their names.
SELECT
    geo_level,
    geo_code,
    geo_version,
    CASE WHEN specialty = 'almen_medicin' THEN 'all' ELSE 'specialty' END AS breakdown_dim,
    CASE WHEN specialty = 'almen_medicin' THEN 'all' ELSE specialty END AS breakdown_value,
    filled AS numerator,
    posted AS denominator
FROM training_fill
WHERE year = $year
