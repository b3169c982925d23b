-- One row is a place's doctors who settled there the year before, and those of them who are owner of a general practice
-- a year after; once more by whether the place was on the national list of those short of doctors when they settled.
-- The period runs from the first day of the settling year to the last of the year.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    MAKE_DATE(CAST(settling_year AS INTEGER), 1, 1) AS period_start,
    MAKE_DATE(CAST(year AS INTEGER), 12, 31) AS period_end,
    COUNT(*) FILTER (WHERE has_stayed) AS numerator,
    COUNT(*) AS denominator
FROM settled_doctor
WHERE years = 1
GROUP BY year, reference_date, settling_year, place_code
UNION ALL
SELECT
    year,
    reference_date,
    place_code,
    'underserved',
    underserved,
    MAKE_DATE(CAST(settling_year AS INTEGER), 1, 1),
    MAKE_DATE(CAST(year AS INTEGER), 12, 31),
    COUNT(*) FILTER (WHERE has_stayed),
    COUNT(*)
FROM settled_doctor
WHERE years = 1
GROUP BY year, reference_date, settling_year, place_code, underserved
