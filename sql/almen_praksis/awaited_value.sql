-- One row is a value that is not known yet, since an extract that it is computed from is awaited: of an indicator in every
-- geography of its levels, without a breakdown.
WITH waiting AS (
    SELECT DISTINCT indicator_id FROM awaited WHERE year = $year
),

area AS (
    SELECT DISTINCT geo_level, geo_code, geo_version FROM geography_member
),

-- An agreed key is of its regions alone, in the geography that it begins in.
agreed AS (
    SELECT share.indikator_id AS indicator_id, share.regionskode AS geo_code, version.geo_version
    FROM fordelingsnoegle AS share
    INNER JOIN geo_version AS version
        ON version.gyldig_fra <= share.gyldig_fra
        AND (version.gyldig_til IS NULL OR version.gyldig_til > share.gyldig_fra)
    WHERE share.indikator_id IS NOT NULL
)

SELECT
    waiting.indicator_id,
    $year AS year,
    $reference_date AS reference_date,
    CAST(NULL AS DATE) AS period_start,
    CAST(NULL AS DATE) AS period_end,
    area.geo_level,
    area.geo_code,
    area.geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    CAST(NULL AS DECIMAL(18, 4)) AS numerator,
    CAST(NULL AS DECIMAL(18, 4)) AS denominator,
    CAST(0 AS BIGINT) AS missing,
    CAST(NULL AS DECIMAL(30, 4)) AS squares,
    CAST(NULL AS DECIMAL(30, 4)) AS cross_products,
    CAST(NULL AS DECIMAL(30, 4)) AS denominator_squares,
    CAST(NULL AS BIGINT) AS clusters,
    CAST(NULL AS DECIMAL(18, 4)) AS lowest_numerator,
    CAST(NULL AS DECIMAL(18, 4)) AS lowest_denominator,
    CAST(NULL AS DECIMAL(18, 4)) AS highest_numerator,
    CAST(NULL AS DECIMAL(18, 4)) AS highest_denominator,
    CAST(NULL AS BIGINT) AS told
FROM waiting
INNER JOIN indicator_definition AS definition
    ON definition.indicator_id = waiting.indicator_id
INNER JOIN area
    ON STRPOS(CONCAT(',', definition.levels, ','), CONCAT(',', area.geo_level, ',')) > 0
LEFT JOIN (SELECT DISTINCT indicator_id FROM agreed) AS of_keys
    ON of_keys.indicator_id = waiting.indicator_id
LEFT JOIN agreed
    ON agreed.indicator_id = waiting.indicator_id
    AND agreed.geo_code = area.geo_code
    AND agreed.geo_version = area.geo_version
WHERE of_keys.indicator_id IS NULL OR agreed.indicator_id IS NOT NULL
