-- One row is a municipality on the national list of those short of doctors on a year's reference date.
SELECT DISTINCT $year AS year, kommunekode AS place_code
FROM laegedaekning_omraade
WHERE liste = 'LANDSDAEKKENDE'
    AND status = 'TRUET'
    AND gyldig_fra <= $reference_date
    AND (gyldig_til IS NULL OR gyldig_til > $reference_date)
