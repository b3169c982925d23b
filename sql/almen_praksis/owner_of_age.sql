-- One row is a geography's doctors who own a practice, each counted once, and those of them who have reached an age that
-- has a name among the thresholds; once more by whether one of the doctor's practices there lies in an area short of
-- doctors. Who owns one there and one elsewhere counts there.
SELECT
    owner.year,
    threshold.taerskel AS threshold,
    owner.geo_level,
    owner.geo_code,
    owner.geo_version,
    CASE WHEN GROUPING(owner.underserved) = 0 THEN 'underserved' ELSE 'all' END AS breakdown_dim,
    COALESCE(owner.underserved, 'all') AS breakdown_value,
    COUNT(*) FILTER (WHERE owner.age >= threshold.vaerdi) AS of_age,
    COUNT(*) AS owners
FROM owner_in_geography AS owner
INNER JOIN taerskel AS threshold
    ON threshold.taerskel IN ('aeldre_laege_fra_aar', 'laege_over_65_fra_aar')
WHERE owner.year = $year
GROUP BY GROUPING SETS (
    (owner.year, threshold.taerskel, owner.geo_level, owner.geo_code, owner.geo_version),
    (owner.year, threshold.taerskel, owner.geo_level, owner.geo_code, owner.geo_version, owner.underserved)
)
