-- One row is a geography's owners of 65 or over on the reference date who work as a doctor in no practice a year later.
WITH doctor AS (
    SELECT DISTINCT year, reference_date, person_id, place_code, age, role
    FROM active_doctor
),

old AS (
    SELECT
        doctor.year,
        doctor.reference_date,
        doctor.person_id,
        doctor.place_code,
        later.person_id IS NULL AS has_stopped
    FROM doctor
    INNER JOIN taerskel AS old
        ON old.taerskel = 'aeldre_laege_fra_aar'
        AND doctor.age >= old.vaerdi
    -- The year after the last extract is not known.
    INNER JOIN national AS year_after
        ON year_after.year = doctor.year + 1
    LEFT JOIN (SELECT DISTINCT year, person_id FROM doctor) AS later
        ON later.year = doctor.year + 1
        AND later.person_id = doctor.person_id
    WHERE doctor.role = 'EJER'
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
