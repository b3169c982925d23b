-- One row is a geography's practising doctors under 65 years, those who own a practice, each counted once, and those of
-- them in a quality cluster.
-- A geography where there are none has a row too: a row that is missing would say what the protection hides.
SELECT
    owner.geo_level,
    owner.geo_code,
    owner.geo_version,
    COUNT(membership.person_id) FILTER (WHERE owner.age < old.vaerdi) AS numerator,
    COUNT(*) FILTER (WHERE owner.age < old.vaerdi) AS denominator
FROM owner_in_geography AS owner
INNER JOIN taerskel AS old
    ON old.taerskel = 'aeldre_laege_fra_aar'
LEFT JOIN cluster_member AS membership
    ON membership.person_id = owner.person_id
    AND membership.year = owner.year
WHERE owner.year = $year
GROUP BY owner.geo_level, owner.geo_code, owner.geo_version
