-- One row is a geography's owners of 65 or over on the reference date who own no practice a year later.
WITH owner AS (
    SELECT DISTINCT year, reference_date, person_id, place_code, born
    FROM active_doctor
    WHERE role = 'EJER'
),

old AS (
    SELECT owner.year, owner.reference_date, owner.person_id, owner.place_code, later.person_id IS NULL AS has_stopped
    FROM owner
    LEFT JOIN (SELECT DISTINCT year, person_id FROM owner) AS later
        ON later.year = owner.year + 1 AND later.person_id = owner.person_id
    -- The year after the last extract is not known.
    WHERE owner.born <= owner.reference_date - INTERVAL '65 years' AND owner.year < (SELECT MAX(year) FROM national)
)

SELECT
    old.year,
    old.reference_date,
    member.geo_level,
    member.geo_code,
    member.geo_version,
    COUNT(DISTINCT CASE WHEN old.has_stopped THEN old.person_id END) AS numerator
FROM old
INNER JOIN geography_member AS member
    ON member.place_code = old.place_code
    AND member.year = old.year
GROUP BY old.year, old.reference_date, member.geo_level, member.geo_code, member.geo_version
