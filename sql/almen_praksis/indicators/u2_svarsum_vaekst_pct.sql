-- One row is a place's growth in full-time equivalents of staff in the answers since the baseline, beside the baseline;
-- once more for the areas short of doctors and the others, by each year's list: a place that came onto it counts where
-- it stood at the time. Practices of the year without a known answer are missing.
SELECT
    year,
    reference_date,
    place_code AS geo_code,
    breakdown_dim,
    breakdown_value,
    growth AS numerator,
    staff_then AS denominator,
    missing
FROM staff_change_by_list
WHERE basis = 'answers' AND breakdown_dim IN ('all', 'underserved')
