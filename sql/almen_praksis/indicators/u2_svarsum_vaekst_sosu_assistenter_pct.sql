-- One row is a place's growth in social and health assistants' full-time equivalents in the answers since the baseline,
-- beside the baseline. Practices of the year without a known answer are missing.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    staff_now - staff_then AS numerator,
    staff_then AS denominator,
    missing
FROM staff_change
WHERE basis = 'answers' AND profession = 'sosu_assistent'
