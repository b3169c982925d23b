-- One row is a geography's doctors, each counted once, and those of them with a role in a multi-doctor practice.
-- A doctor can work in two regions and counts once in each and once in the country: no sums of places.
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    COUNT(DISTINCT CASE WHEN NOT doctor.is_solo THEN doctor.person_id END) AS numerator,
    COUNT(DISTINCT CASE WHEN doctor.is_solo IS NOT NULL THEN doctor.person_id END) AS denominator,
    COUNT(DISTINCT doctor.person_id)
    - COUNT(DISTINCT CASE WHEN doctor.is_solo IS NOT NULL THEN doctor.person_id END) AS missing
FROM active_doctor AS doctor
INNER JOIN geography_member AS member
    ON member.place_code = doctor.place_code
WHERE doctor.year = $year
GROUP BY member.geo_level, member.geo_code, member.geo_version
