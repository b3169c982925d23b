-- One row is a geography's doctors who own a practice, each counted once, and those of them over 65 years, that is 66 or
-- more; once more by whether one of the doctor's practices there lies in an area short of doctors.
SELECT
    owner.geo_level,
    owner.geo_code,
    owner.geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(*) FILTER (WHERE owner.age >= old.vaerdi) AS numerator,
    COUNT(*) AS denominator
FROM owner_in_geography AS owner
INNER JOIN taerskel AS old
    ON old.taerskel = 'laege_over_65_fra_aar'
WHERE owner.year = $year
GROUP BY owner.geo_level, owner.geo_code, owner.geo_version
UNION ALL
SELECT
    owner.geo_level,
    owner.geo_code,
    owner.geo_version,
    'underserved',
    owner.underserved,
    COUNT(*) FILTER (WHERE owner.age >= old.vaerdi),
    COUNT(*)
FROM owner_in_geography AS owner
INNER JOIN taerskel AS old
    ON old.taerskel = 'laege_over_65_fra_aar'
WHERE owner.year = $year
GROUP BY owner.geo_level, owner.geo_code, owner.geo_version, owner.underserved
