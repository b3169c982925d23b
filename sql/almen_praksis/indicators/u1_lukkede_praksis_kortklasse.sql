-- One row is a municipality's class on the map of 2018, by its share of practices closed to new patients.
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
    member.geo_level,
    member.geo_code,
    member.geo_version,
    map_class.klasse AS numerator,
    closed_practice.missing
FROM closed_practice
INNER JOIN geography_member AS member
    ON member.year = $year
    AND member.place_code = closed_practice.place_code
    AND member.geo_level = 'municipality'
INNER JOIN kort_klasse AS map_class
    -- Whole numbers on both sides: a share on a boundary must not depend on rounding.
    ON 100 * closed_practice.closed >= map_class.nedre_pct * closed_practice.known
    AND (
        100 * closed_practice.closed < map_class.oevre_pct * closed_practice.known
        OR (map_class.oevre_med AND closed_practice.closed = closed_practice.known)
    )
WHERE closed_practice.known > 0
