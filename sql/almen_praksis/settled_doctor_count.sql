-- One row is a place's doctors who settled there a number of years before, and those of them who are owner of a general
-- practice when these have passed; once more by whether the place was on the national list of those short of doctors when
-- they settled. The period runs from the first day of the settling year to the last of the year.
SELECT
    year,
    reference_date,
    years,
    place_code,
    CASE WHEN GROUPING(underserved) = 0 THEN 'underserved' ELSE 'all' END AS breakdown_dim,
    COALESCE(underserved, 'all') AS breakdown_value,
    MAKE_DATE(CAST(settling_year AS INTEGER), 1, 1) AS period_start,
    MAKE_DATE(CAST(year AS INTEGER), 12, 31) AS period_end,
    COUNT(*) FILTER (WHERE has_stayed) AS stayed,
    COUNT(*) AS settled
FROM settled_doctor
GROUP BY GROUPING SETS (
    (year, reference_date, settling_year, years, place_code),
    (year, reference_date, settling_year, years, place_code, underserved)
)
