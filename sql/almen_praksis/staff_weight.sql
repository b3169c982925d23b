-- One row is a municipality with its region's doctor capacities on the reference date, all of them and those of the
-- practices whose answer to the survey is known: the one over the other is the weight of an answer.
-- The regions are those of the first geography, so that no weight changes on the day that regions merge.
WITH home AS (
    SELECT place.kommunekode AS place_code, place.regionskode AS region_code
    FROM kommune_geografi AS place
    INNER JOIN first_geography
        ON first_geography.geo_version = place.geo_version
),

region_capacity AS (
    SELECT
        home.region_code,
        SUM(practice.capacities) AS capacities,
        SUM(practice.capacities) FILTER (WHERE practice.has_answered) AS answered_capacities
    FROM practice_staff AS practice
    INNER JOIN home
        ON home.place_code = practice.place_code
    WHERE practice.year = $year
    GROUP BY home.region_code
)

SELECT
    $year AS year,
    home.place_code,
    region_capacity.capacities,
    region_capacity.answered_capacities
FROM home
INNER JOIN region_capacity
    ON region_capacity.region_code = home.region_code
WHERE region_capacity.answered_capacities > 0
