-- One row is a value of the country or a region that is farther from that of the year before than its indicator's limit, and
-- farther than chance takes it.
SELECT
    later.indicator_id,
    later.year,
    later.geo_level,
    later.geo_code,
    later.geo_version,
    earlier.value AS value_before,
    later.value,
    value_limit.jump_within
FROM indicator_value AS later
INNER JOIN indicator_value AS earlier
    ON earlier.indicator_id = later.indicator_id
    AND earlier.year = later.year - 1
    AND earlier.geo_level = later.geo_level
    AND earlier.geo_code = later.geo_code
    AND earlier.geo_version = later.geo_version
    AND earlier.breakdown_dim = 'all'
    AND earlier.definition_version = later.definition_version
INNER JOIN value_limit
    ON value_limit.indicator_id = later.indicator_id
WHERE later.breakdown_dim = 'all'
    AND later.geo_level IN ('country', 'region')
    -- Behind a break in series, and of too few, the two can't be compared.
    AND later.obs_status NOT IN ('B', 'U')
    AND earlier.obs_status <> 'U'
    AND GREATEST(ABS(later.numerator), ABS(earlier.numerator)) >= value_limit.few
    -- The intervals do not meet, where there are any.
    AND COALESCE(later.lower_99_8 > earlier.upper_99_8 OR earlier.lower_99_8 > later.upper_99_8, true)
    -- A ratio of decimals is a double: its last digit may be off. From nothing there is no share.
    AND (value_limit.is_in_points OR earlier.value <> 0)
    AND ABS(later.value - earlier.value)
        > value_limit.jump_within * CASE WHEN value_limit.is_in_points THEN 1 ELSE ABS(earlier.value) END + 0.000000001
