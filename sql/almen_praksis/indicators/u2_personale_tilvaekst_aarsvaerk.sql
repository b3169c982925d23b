-- One row is a place's full-time equivalents of staff less those of the baseline, both weighted up to all practices.
-- Practices of the year without a known answer or capacities are missing.
SELECT year, reference_date, place_code AS geo_code, staff_now - staff_then AS numerator, missing
FROM staff_change
WHERE basis = 'all_practices' AND profession = 'all'
