-- One row is an owner of a general practice on the reference date, in a geography that one of the practices lies in, with
-- whether the doctor is 65 or over and works as a doctor in a general practice a year later, and whether one of the practices
-- there lies in a place on the national list of those short of doctors.
WITH owner AS (
    SELECT
        doctor.year,
        doctor.reference_date,
        doctor.person_id,
        doctor.place_code,
        doctor.age >= old.vaerdi AS is_older,
        later.person_id IS NOT NULL AS works_on
    FROM active_doctor AS doctor
    INNER JOIN taerskel AS old
        ON old.taerskel = 'aeldre_laege_fra_aar'
    -- The year after the last extract is not known.
    INNER JOIN known_year AS year_after
        ON year_after.model = 'active_doctor'
        AND year_after.year = doctor.year + 1
    LEFT JOIN (SELECT DISTINCT year, person_id FROM active_doctor) AS later
        ON later.year = doctor.year + 1
        AND later.person_id = doctor.person_id
    WHERE doctor.role = 'EJER'
)

SELECT
    owner.year,
    owner.reference_date,
    member.geo_level,
    member.geo_code,
    member.geo_version,
    owner.person_id,
    BOOL_OR(owner.is_older) AS is_older,
    BOOL_OR(owner.works_on) AS works_on,
    CASE WHEN BOOL_OR(area.place_code IS NOT NULL) THEN 'yes' ELSE 'no' END AS underserved
FROM owner
INNER JOIN geography_member AS member
    ON member.place_code = owner.place_code
    AND member.year = owner.year
LEFT JOIN underserved_place AS area
    ON area.year = owner.year
    AND area.place_code = owner.place_code
GROUP BY owner.year, owner.reference_date, member.geo_level, member.geo_code, member.geo_version, owner.person_id
