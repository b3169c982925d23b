-- One row is what an indicator counts in a geography and breakdown on the reference date.
-- Places are summed to the geographies they belong to, on the levels that the dictionary says the indicator exists on;
-- a geography there without any place's count has zeros, and one whose places have counts that nobody knows has none.
WITH summed AS (
    SELECT
        measure.indicator_id,
        member.geo_level,
        member.geo_code,
        member.geo_version,
        measure.breakdown_dim,
        measure.breakdown_value,
        SUM(measure.numerator) AS numerator,
        SUM(measure.denominator) AS denominator,
        SUM(measure.missing) AS missing,
        SUM(measure.squares) AS squares,
        SUM(measure.cross_products) AS cross_products,
        SUM(measure.denominator_squares) AS denominator_squares,
        SUM(measure.clusters) AS clusters,
        SUM(measure.lowest_numerator) AS lowest_numerator,
        SUM(measure.lowest_denominator) AS lowest_denominator,
        SUM(measure.highest_numerator) AS highest_numerator,
        SUM(measure.highest_denominator) AS highest_denominator,
        SUM(measure.told) AS told
    FROM indicators AS measure
    INNER JOIN geography_member AS member
        ON member.place_code = measure.geo_code
    WHERE measure.year = $year AND measure.geo_level = 'place'
    GROUP BY
        measure.indicator_id,
        member.geo_level,
        member.geo_code,
        member.geo_version,
        measure.breakdown_dim,
        measure.breakdown_value
),

-- What an indicator counts, wherever: there are far fewer of these than of places' counts.
counted AS (
    SELECT DISTINCT indicator_id, breakdown_dim, breakdown_value
    FROM indicators
    WHERE year = $year AND geo_level = 'place'
),

-- The geographies of the year, each once, whatever the places in it.
area AS (
    SELECT DISTINCT geo_level, geo_code, geo_version
    FROM geography_member
),

cell AS (
    SELECT
        counted.indicator_id,
        area.geo_level,
        area.geo_code,
        area.geo_version,
        counted.breakdown_dim,
        counted.breakdown_value
    FROM counted
    INNER JOIN indicator_definition AS definition
        ON definition.indicator_id = counted.indicator_id
    INNER JOIN area
        ON STRPOS(CONCAT(',', definition.levels, ','), CONCAT(',', area.geo_level, ',')) > 0
),

-- A region of one geography that lies in two of another: what was counted there can't be shared out, and is no zero.
unknown AS (
    SELECT DISTINCT
        measure.indicator_id,
        overlap.geo_level,
        overlap.geo_code,
        overlap.geo_version,
        measure.breakdown_dim,
        measure.breakdown_value
    FROM indicators AS measure
    INNER JOIN geography_overlap AS overlap
        ON overlap.place_code = measure.geo_code
    WHERE measure.year = $year
        AND measure.geo_level = 'place'
        AND (measure.numerator <> 0 OR measure.denominator <> 0)
),

kind AS (
    SELECT
        indicator_id,
        BOOL_OR(denominator IS NOT NULL) AS is_ratio,
        MIN(period_start) AS period_start,
        MAX(period_end) AS period_end
    FROM indicators
    WHERE year = $year
    GROUP BY indicator_id
)

SELECT
    cell.indicator_id,
    $year AS year,
    $reference_date AS reference_date,
    kind.period_start,
    kind.period_end,
    cell.geo_level,
    cell.geo_code,
    cell.geo_version,
    cell.breakdown_dim,
    cell.breakdown_value,
    CAST(
        CASE
            WHEN unknown.indicator_id IS NOT NULL THEN NULL
            WHEN summed.indicator_id IS NULL THEN 0
            ELSE summed.numerator
        END AS DECIMAL(18, 4)
    ) AS numerator,
    -- A count has no denominator anywhere; a share without a place's count has an empty one.
    CAST(
        CASE WHEN kind.is_ratio AND unknown.indicator_id IS NULL THEN COALESCE(summed.denominator, 0) END AS DECIMAL(18, 4)
    ) AS denominator,
    COALESCE(summed.missing, 0) AS missing,
    CAST(summed.squares AS DECIMAL(30, 4)) AS squares,
    CAST(summed.cross_products AS DECIMAL(30, 4)) AS cross_products,
    CAST(summed.denominator_squares AS DECIMAL(30, 4)) AS denominator_squares,
    summed.clusters,
    CAST(summed.lowest_numerator AS DECIMAL(18, 4)) AS lowest_numerator,
    CAST(summed.lowest_denominator AS DECIMAL(18, 4)) AS lowest_denominator,
    CAST(summed.highest_numerator AS DECIMAL(18, 4)) AS highest_numerator,
    CAST(summed.highest_denominator AS DECIMAL(18, 4)) AS highest_denominator,
    summed.told
FROM cell
INNER JOIN kind
    ON kind.indicator_id = cell.indicator_id
LEFT JOIN summed
    ON summed.indicator_id = cell.indicator_id
    AND summed.geo_level = cell.geo_level
    AND summed.geo_code = cell.geo_code
    AND summed.geo_version = cell.geo_version
    AND summed.breakdown_dim = cell.breakdown_dim
    AND summed.breakdown_value = cell.breakdown_value
LEFT JOIN unknown
    ON unknown.indicator_id = cell.indicator_id
    AND unknown.geo_level = cell.geo_level
    AND unknown.geo_code = cell.geo_code
    AND unknown.geo_version = cell.geo_version
    AND unknown.breakdown_dim = cell.breakdown_dim
    AND unknown.breakdown_value = cell.breakdown_value
UNION ALL
SELECT
    indicator_id,
    year,
    reference_date,
    period_start,
    period_end,
    geo_level,
    geo_code,
    geo_version,
    breakdown_dim,
    breakdown_value,
    numerator,
    denominator,
    missing,
    squares,
    cross_products,
    denominator_squares,
    clusters,
    lowest_numerator,
    lowest_denominator,
    highest_numerator,
    highest_denominator,
    told
FROM indicators
WHERE year = $year AND geo_level <> 'place'
