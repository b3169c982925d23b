-- One row is a figure that was published and is hidden now, and that nobody has accepted. Where its value has changed, the totals
-- above it have changed by as much, and who has both versions may subtract it. Where it has not, a policy hides more than before:
-- nothing takes back what is known. The first policy that hides anything is not told.
-- severity: error
-- remedy: Publish a correction together with others of the same figures. If it can't wait, or the policy is meant, add what accept_with says as a row to pipelines/reference/accepteret.csv, with the reason, who and the day; for a health council, whose name that list does not take, with * for its code.
SELECT
    published.indicator_id,
    published.year,
    published.geo_code,
    published.geo_version,
    published.breakdown_dim,
    published.breakdown_value,
    CONCAT('hidden;', published.indicator_id, ';', published.year, ';', published.geo_code) AS accept_with
FROM previous_indicator_value AS published
INNER JOIN indicator_value AS series
    ON series.indicator_id = published.indicator_id
    AND series.year = published.year
    AND series.geo_level = published.geo_level
    AND series.geo_code = published.geo_code
    AND series.geo_version = published.geo_version
    AND series.breakdown_dim = published.breakdown_dim
    AND series.breakdown_value = published.breakdown_value
-- A level that the policy gives up is hidden whole, and tells nothing.
INNER JOIN protection
    ON protection.indicator_id = series.indicator_id
    AND protection.year = series.year
    AND protection.geo_level = series.geo_level
    AND protection.below_lowest = 0
CROSS JOIN (SELECT COUNT(*) AS hidden FROM previous_indicator_value WHERE conf_status = 'C') AS version_before
LEFT JOIN accepteret AS accepted
    ON accepted.art = 'hidden'
    AND accepted.indikator_id IN (published.indicator_id, '*')
    AND accepted.aar = published.year
    AND accepted.geo_kode IN (published.geo_code, '*')
WHERE published.numerator IS NOT NULL
    AND series.conf_status = 'C'
    AND version_before.hidden > 0
    AND series.definition_version = published.definition_version
    -- What is synthetic, or of a sample, is of other people.
    AND series.is_synthetic = published.is_synthetic
    AND series.sample_share = published.sample_share
    AND accepted.art IS NULL
