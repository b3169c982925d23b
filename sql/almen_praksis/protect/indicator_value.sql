-- One row is the value of an indicator, without what is hidden. A value with a public denominator gives its numerator, limits
-- give both, and what is missing gives the denominator: they go together. Below the region what is missing is itself a count of
-- a few practices or persons, so it is not shown there. One code stands for all that is hidden, since to tell a small count from
-- its partners would say how small it is.
SELECT
    indicator_value.indicator_id,
    indicator_value.year,
    indicator_value.geo_level,
    indicator_value.geo_code,
    indicator_value.geo_version,
    indicator_value.breakdown_dim,
    indicator_value.breakdown_value,
    indicator_value.geo_name,
    indicator_value.reference_date,
    indicator_value.time_kind,
    indicator_value.period_start,
    indicator_value.period_end,
    CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.numerator END AS numerator,
    CASE WHEN NOT COALESCE(hidden.hides_denominator, false) THEN indicator_value.denominator END AS denominator,
    CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.value END AS value,
    indicator_value.unit,
    CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.lower_95 END AS lower_95,
    CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.upper_95 END AS upper_95,
    CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.lower_99_8 END AS lower_99_8,
    CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.upper_99_8 END AS upper_99_8,
    CASE
        WHEN hidden.indicator_id IS NULL AND indicator_value.geo_level NOT IN ('municipality', 'health_council')
            THEN indicator_value.missing
    END AS missing,
    CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.obs_status ELSE 'Q' END AS obs_status,
    indicator_value.sample_share,
    indicator_value.is_synthetic,
    CASE WHEN hidden.indicator_id IS NULL THEN indicator_value.conf_status ELSE 'C' END AS conf_status,
    indicator_value.definition_version
FROM indicator_value
LEFT JOIN hidden_cell AS hidden
    ON hidden.indicator_id = indicator_value.indicator_id
    AND hidden.year = indicator_value.year
    AND hidden.geo_level = indicator_value.geo_level
    AND hidden.geo_code = indicator_value.geo_code
    AND hidden.geo_version = indicator_value.geo_version
    AND hidden.breakdown_dim = indicator_value.breakdown_dim
    AND hidden.breakdown_value = indicator_value.breakdown_value
