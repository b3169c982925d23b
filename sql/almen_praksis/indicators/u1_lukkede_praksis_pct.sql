-- One row is a place's practices with a known intake status, and those of them closed to new patients;
-- a municipality's row stands once more under its class on the map of 2018, and a place's once more under the code of
-- the status, which parts closed from restricted practices.
WITH closed_practice AS (
    SELECT
        place_code,
        COUNT(*) FILTER (WHERE NOT is_open) AS closed,
        COUNT(is_open) AS known,
        COUNT(*) - COUNT(is_open) AS missing
    FROM active_practice
    WHERE year = $year
    GROUP BY place_code
)

SELECT
    'place' AS geo_level,
    place_code AS geo_code,
    CAST(NULL AS VARCHAR) AS geo_version,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    closed AS numerator,
    known AS denominator,
    missing
FROM closed_practice
UNION ALL
SELECT
    member.geo_level,
    member.geo_code,
    member.geo_version,
    'map_class',
    CAST(map_class.klasse AS VARCHAR),
    closed,
    known,
    missing
FROM closed_practice
INNER JOIN geography_member AS member
    ON member.place_code = closed_practice.place_code
    AND member.geo_level = 'municipality'
INNER JOIN kort_klasse AS map_class
    -- Whole numbers on both sides: a share on a boundary must not depend on rounding.
    ON 100 * closed >= map_class.nedre_pct * known
    AND (100 * closed < map_class.oevre_pct * known OR (map_class.oevre_med AND closed = known))
WHERE known > 0
UNION ALL
SELECT
    'place',
    practice.place_code,
    NULL,
    'intake',
    status.status_kode,
    COUNT(*) FILTER (WHERE practice.intake_code = status.status_kode),
    COUNT(practice.is_open),
    COUNT(*) - COUNT(practice.is_open)
FROM active_practice AS practice
CROSS JOIN tilgangsstatus AS status
WHERE practice.year = $year AND NOT status.er_aaben
GROUP BY practice.place_code, status.status_kode
