-- One row is a place's residents of insurance group 1 who are listed with no practice on the reference date.
SELECT place_code AS geo_code, without_doctor AS numerator, not_known AS missing
FROM without_doctor
WHERE year = $year
