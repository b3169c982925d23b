-- One row is the country's practices, and the answers to the survey of staff, those that named nobody too.
SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    survey.answers AS numerator,
    survey.practices AS denominator
FROM national
INNER JOIN staff_survey AS survey
    ON survey.year = national.year
WHERE national.year = $year
