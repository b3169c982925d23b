-- One row is a place's video consultations of the year, and its residents on the reference date.
SELECT place_code AS geo_code, contacts AS numerator, residents AS denominator
FROM activity_and_residents
WHERE year = $year AND category = 'video'
