-- One row is a place's residents of insurance group 1, and those of them listed with no practice on the reference date.
SELECT place_code AS geo_code, without_doctor AS numerator, insured AS denominator, not_known AS missing
FROM without_doctor
WHERE year = $year
