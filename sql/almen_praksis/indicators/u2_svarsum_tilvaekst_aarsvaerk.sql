-- One row is a place's full-time equivalents of staff in the answers less those of the baseline. Practices of the year
-- without a known answer are missing.
SELECT year, reference_date, place_code AS geo_code, staff_now - staff_then AS numerator, missing
FROM staff_change
WHERE basis = 'answers' AND profession = 'all'
