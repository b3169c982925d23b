-- One row is a place's growth in full-time equivalents of staff since the baseline, beside the baseline, both weighted
-- up to all practices; once more for the areas short of doctors and the others. Under `underserved` each year has its
-- own list: a place that came onto it counts where it stood at the time. Under `underserved_2018` the list is that of
-- the baseline. Practices of the year without a known answer or capacities are missing.
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
WHERE basis = 'all_practices'
