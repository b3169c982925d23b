-- One row is a clinic, tender or trial that runs on the reference date, with the limits in force for its form that day.
SELECT
    $year AS year,
    clinic.drift_id,
    clinic.driftsform AS form,
    clinic.regionskode AS region_code,
    clinic.kommunekode AS place_code,
    clinic.start_dato AS started,
    clinic.evaluering_frist AS evaluation_due,
    clinic.evalueret_dato AS evaluated,
    CAST($reference_date - clinic.start_dato AS BIGINT) AS days,
    form.graense_aar AS limit_years,
    form.evaluering_aar AS evaluation_years
FROM alternativ_drift AS clinic
LEFT JOIN driftsform AS form
    ON form.driftsform = clinic.driftsform
    AND form.gyldig_fra <= $reference_date
    AND (form.gyldig_til IS NULL OR form.gyldig_til > $reference_date)
WHERE clinic.start_dato <= $reference_date AND (clinic.slut_dato IS NULL OR clinic.slut_dato > $reference_date)
