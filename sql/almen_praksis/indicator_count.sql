-- One row is what an indicator counts in a geography and breakdown on the reference date.
-- Places are summed to the geographies they belong to; a geography without any place's count has zeros.
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
        SUM(measure.missing) AS missing
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

cell AS (
    SELECT DISTINCT
        measure.indicator_id,
        member.geo_level,
        member.geo_code,
        member.geo_version,
        measure.breakdown_dim,
        measure.breakdown_value
    FROM indicators AS measure
    CROSS JOIN geography_member AS member
    WHERE measure.year = $year AND measure.geo_level = 'place'
),

kind AS (
    SELECT indicator_id, BOOL_OR(denominator IS NOT NULL) AS is_ratio
    FROM indicators
    WHERE year = $year
    GROUP BY indicator_id
)

SELECT
    cell.indicator_id,
    $year AS year,
    $reference_date AS reference_date,
    cell.geo_level,
    cell.geo_code,
    cell.geo_version,
    cell.breakdown_dim,
    cell.breakdown_value,
    CAST(COALESCE(summed.numerator, 0) AS DECIMAL(18, 4)) AS numerator,
    -- A count has no denominator anywhere; a share without a place's count has an empty one.
    CAST(CASE WHEN kind.is_ratio THEN COALESCE(summed.denominator, 0) END AS DECIMAL(18, 4)) AS denominator,
    COALESCE(summed.missing, 0) AS missing
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
UNION ALL
SELECT
    indicator_id,
    year,
    reference_date,
    geo_level,
    geo_code,
    geo_version,
    breakdown_dim,
    breakdown_value,
    numerator,
    denominator,
    missing
FROM indicators
WHERE year = $year AND geo_level <> 'place'
