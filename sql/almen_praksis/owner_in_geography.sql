-- One row is a doctor who owns a general practice in a geography, each once, with the doctor's age, and whether one of the
-- practices there lies in a place on the national list of those short of doctors. Owners are the practising doctors.
SELECT
    doctor.year,
    doctor.geo_level,
    doctor.geo_code,
    doctor.geo_version,
    doctor.person_id,
    MAX(doctor.age) AS age,
    CASE WHEN BOOL_OR(area.place_code IS NOT NULL) THEN 'yes' ELSE 'no' END AS underserved
FROM doctor_in_geography AS doctor
LEFT JOIN underserved_place AS area
    ON area.place_code = doctor.place_code
    AND area.year = doctor.year
WHERE doctor.year = $year AND doctor.role = 'EJER'
GROUP BY doctor.year, doctor.geo_level, doctor.geo_code, doctor.geo_version, doctor.person_id
