-- One row is a clinic, tender or trial that runs on the reference date, with the months that it has run, and the limit
-- in force for its form that day, in years.
-- Months are those of the calendar, so that six years to the day are 72 whatever the leap years; days are 31sts of one.
SELECT
    $year AS year,
    clinic.drift_id,
    clinic.driftsform AS form,
    clinic.kommunekode AS place_code,
    CAST(
        12 * (DATE_PART('year', $reference_date) - DATE_PART('year', clinic.start_dato))
        + (DATE_PART('month', $reference_date) - DATE_PART('month', clinic.start_dato))
        + (DATE_PART('day', $reference_date) - DATE_PART('day', clinic.start_dato)) / CAST(31 AS DOUBLE)
        AS DECIMAL(12, 4)
    ) AS months,
    form.graense_aar AS limit_years
FROM alternativ_drift AS clinic
LEFT JOIN driftsform AS form
    ON form.driftsform = clinic.driftsform
    AND form.gyldig_fra <= $reference_date
    AND (form.gyldig_til IS NULL OR form.gyldig_til > $reference_date)
WHERE clinic.start_dato <= $reference_date AND (clinic.slut_dato IS NULL OR clinic.slut_dato > $reference_date)
