-- One row is what an indicator counts in a place, or in a geography, and a breakdown; every indicator has these
-- columns.
-- required: geo_code, numerator
SELECT
    $model AS indicator_id,
    CAST($year AS BIGINT) AS year,
    $reference_date AS reference_date,
    -- A place is summed to the geographies it belongs to; any other level stands as it is.
    'place' AS geo_level,
    CAST(NULL AS VARCHAR) AS geo_code,
    CAST(NULL AS VARCHAR) AS geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    CAST(NULL AS DECIMAL(18, 4)) AS numerator,
    -- Without a denominator the numerator is the value.
    CAST(NULL AS DECIMAL(18, 4)) AS denominator,
    CAST(0 AS BIGINT) AS missing
