-- One row is a published figure beside the derived one, without a derived one that is hidden: the verdict alone would say how
-- large it is.
WITH hidden_figure AS (
    SELECT indicator_id, geo_code, year
    FROM hidden_cell
    WHERE breakdown_dim = 'all'
    UNION
    -- Areas short of doctors, and the others, are parts of the country.
    SELECT indicator_id, CASE breakdown_value WHEN 'yes' THEN 'TRUET' ELSE 'OEVRIGE' END, year
    FROM hidden_cell
    WHERE breakdown_dim = 'underserved' AND geo_level = 'country'
)

SELECT
    reconciliation.figure_id,
    reconciliation.indicator_id,
    reconciliation.geo_code,
    reconciliation.year,
    reconciliation.published_value,
    CASE WHEN hidden.year IS NULL THEN reconciliation.derived_value END AS derived_value,
    CASE WHEN hidden.year IS NULL THEN reconciliation.difference END AS difference,
    reconciliation.unit,
    reconciliation.qualifier,
    reconciliation.lower_limit,
    reconciliation.upper_limit,
    CASE WHEN hidden.year IS NULL THEN reconciliation.verdict ELSE 'not_derivable' END AS verdict,
    CASE WHEN hidden.year IS NULL THEN reconciliation.reason ELSE 'the value is hidden: it tells of a few' END AS reason,
    reconciliation.quote,
    reconciliation.source
FROM reconciliation
LEFT JOIN hidden_figure AS hidden
    ON hidden.indicator_id = reconciliation.indicator_id
    AND hidden.geo_code = reconciliation.geo_code
    AND hidden.year = reconciliation.year
