-- One row is a geography's practising doctors, those who own a practice, each counted once, and those of them in a
-- quality cluster.
SELECT
    owner.geo_level,
    owner.geo_code,
    owner.geo_version,
    COUNT(membership.person_id) AS numerator,
    COUNT(*) AS denominator
FROM owner_in_geography AS owner
LEFT JOIN cluster_member AS membership
    ON membership.person_id = owner.person_id
    AND membership.year = owner.year
WHERE owner.year = $year
GROUP BY owner.geo_level, owner.geo_code, owner.geo_version
