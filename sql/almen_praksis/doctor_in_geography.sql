-- One row is a doctor's role at a practice in a geography that the practice lies in.
-- A doctor can have roles in two regions and counts once in each and once in the country: persons are counted distinct,
-- and places are never summed.
SELECT
    doctor.year,
    member.geo_level,
    member.geo_code,
    member.geo_version,
    doctor.person_id,
    doctor.age,
    doctor.ydernr,
    doctor.place_code,
    doctor.ownership,
    doctor.is_solo,
    doctor.role
FROM active_doctor AS doctor
INNER JOIN geography_member AS member
    ON member.place_code = doctor.place_code
    AND member.year = doctor.year
WHERE doctor.year = $year
