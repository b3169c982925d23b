-- One row is a place's provider numbers given in the year, and those of them given after a tender.
SELECT
    given.year,
    national.reference_date,
    given.place_code AS geo_code,
    COUNT(*) FILTER (WHERE given.award = 'UDBUD') AS numerator,
    COUNT(given.award) AS denominator,
    COUNT(*) - COUNT(given.award) AS missing
FROM new_provider_number AS given
INNER JOIN national
    ON national.year = given.year
GROUP BY given.year, national.reference_date, given.place_code
