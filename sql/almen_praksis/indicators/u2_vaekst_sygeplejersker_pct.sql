-- One row is a place's growth in nurses' full-time equivalents since the baseline, beside the baseline. Practices of
-- the year without a known answer or capacities are missing.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    staff_now - staff_then AS numerator,
    staff_then AS denominator,
    missing
FROM staff_change
WHERE basis = 'all_practices' AND profession = 'sygeplejerske'
