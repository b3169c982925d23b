-- One row is the country's answers to the survey of staff, and those of them that named nobody.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    survey.answers - survey.answers_with_staff AS numerator,
    survey.answers AS denominator
FROM national
INNER JOIN staff_survey AS survey
    ON survey.year = national.year
WHERE national.year = $year
