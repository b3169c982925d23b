-- One row is what an indicator counts in a place, or in a geography, and a breakdown; every indicator has these
-- columns.
-- required: geo_code, numerator
SELECT
    $model AS indicator_id,
    CAST($year AS BIGINT) AS year,
    $reference_date AS reference_date,
    -- The days that the figure is about, the last one included; without them those of its kind, as the dictionary tells.
    CAST(NULL AS DATE) AS period_start,
    CAST(NULL AS DATE) AS period_end,
    -- A place is summed to the geographies it belongs to; any other level stands as it is.
    'place' AS geo_level,
    CAST(NULL AS VARCHAR) AS geo_code,
    CAST(NULL AS VARCHAR) AS geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    CAST(NULL AS DECIMAL(18, 4)) AS numerator,
    -- Without a denominator the numerator is the value.
    CAST(NULL AS DECIMAL(18, 4)) AS denominator,
    CAST(0 AS BIGINT) AS missing,
    -- Where what is counted comes together in clusters, such as a person's contacts or a practice's answers: the sums over
    -- clusters of the numerator's square, of numerator times denominator and of the denominator's square, and how many
    -- clusters there are. Persons are clusters of one: their squares are enough.
    CAST(NULL AS DECIMAL(30, 4)) AS squares,
    CAST(NULL AS DECIMAL(30, 4)) AS cross_products,
    CAST(NULL AS DECIMAL(30, 4)) AS denominator_squares,
    CAST(NULL AS BIGINT) AS clusters,
    -- Where a delivery withholds small counts: the lowest and the highest share that it allows, each as what is counted and
    -- of how many, and how many of the delivery's rows tell both.
    CAST(NULL AS DECIMAL(18, 4)) AS lowest_numerator,
    CAST(NULL AS DECIMAL(18, 4)) AS lowest_denominator,
    CAST(NULL AS DECIMAL(18, 4)) AS highest_numerator,
    CAST(NULL AS DECIMAL(18, 4)) AS highest_denominator,
    CAST(NULL AS BIGINT) AS told
