-- One row is a numerator that is hidden in regions, and that another indicator gives for the year before or after: where it is
-- hidden and the other is published, nine in ten are the same. Those who stay for a year are those of over 65 in the next. Nothing of
-- nobody is compared, and five numbers of which three differ are the fewest that are no chance. Relations within a year are
-- found when figures are hidden.
-- severity: error
-- remedy: Publish the other one no lower than the hidden one: `lowest` in pipelines/disclosure/almen_praksis.toml.
WITH hidden AS (
    SELECT count_of.indicator_id, count_of.year, count_of.geo_code, count_of.geo_version, count_of.numerator
    FROM indicator_count AS count_of
    INNER JOIN indicator_value AS series
        ON series.indicator_id = count_of.indicator_id
        AND series.year = count_of.year
        AND series.geo_level = count_of.geo_level
        AND series.geo_code = count_of.geo_code
        AND series.geo_version = count_of.geo_version
        AND series.breakdown_dim = count_of.breakdown_dim
        AND series.breakdown_value = count_of.breakdown_value
    WHERE series.conf_status = 'C'
        AND count_of.breakdown_dim = 'all'
        AND count_of.geo_level = 'region'
        AND count_of.numerator > 0
),

known AS (
    SELECT *
    FROM indicator_value
    WHERE breakdown_dim = 'all' AND geo_level = 'region' AND numerator IS NOT NULL
),

shown AS (
    SELECT indicator_id, 'numerator' AS part, year, geo_code, geo_version, numerator AS amount
    FROM known
    UNION ALL
    SELECT indicator_id, 'denominator', year, geo_code, geo_version, denominator
    FROM known
    WHERE denominator IS NOT NULL
    UNION ALL
    SELECT indicator_id, 'complement', year, geo_code, geo_version, denominator - numerator
    FROM known
    WHERE denominator IS NOT NULL
),

compared AS (
    SELECT
        hidden.indicator_id,
        shown.indicator_id AS told_by,
        shown.part,
        shown.year - hidden.year AS years_later,
        hidden.numerator,
        CASE WHEN hidden.numerator = shown.amount THEN 1 ELSE 0 END AS same
    FROM hidden
    INNER JOIN shown
        ON shown.geo_code = hidden.geo_code
        AND shown.geo_version = hidden.geo_version
    WHERE shown.year = hidden.year - 1 OR shown.year = hidden.year + 1
)

SELECT indicator_id, told_by, part, years_later, COUNT(*) AS places, SUM(same) AS same
FROM compared
GROUP BY indicator_id, told_by, part, years_later
HAVING COUNT(*) >= 5 AND COUNT(DISTINCT numerator) >= 3 AND 10 * SUM(same) >= 9 * COUNT(*)
