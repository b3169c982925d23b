-- One row is the country in the geography of a year's reference date: for figures that are of no smaller place.
SELECT
    $year AS year,
    $reference_date AS reference_date,
    'DK' AS geo_code,
    geo_version
FROM geo_version
WHERE gyldig_fra <= $reference_date AND (gyldig_til IS NULL OR gyldig_til > $reference_date)
