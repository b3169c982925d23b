-- One row is a place's doctors who settled there three years before, and those of them who are owner of a general
-- practice three years after; once more by whether the place was on the national list of those short of doctors when they
-- settled. The period runs from the first day of the settling year to the last of the year.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    breakdown_dim,
    breakdown_value,
    period_start,
    period_end,
    stayed AS numerator,
    settled AS denominator
FROM settled_doctor_count
WHERE years = 3
