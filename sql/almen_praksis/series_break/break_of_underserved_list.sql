-- One row is a geography in a year in which a municipality has come onto the national list of those short of doctors since
-- the list before, or has left it: what is counted there by the list of the day is counted of other places than before.
WITH list AS (
    -- A year without a municipality on it has a list too.
    SELECT year, LAG(year) OVER (ORDER BY year) AS year_before
    FROM known_year
    WHERE model = 'underserved_place'
),

change AS (
    SELECT list.year, listed.place_code
    FROM list
    INNER JOIN underserved_place AS listed
        ON listed.year = list.year
    LEFT JOIN underserved_place AS earlier
        ON earlier.year = list.year_before
        AND earlier.place_code = listed.place_code
    -- Of the years before the first extract no list is known.
    WHERE list.year_before IS NOT NULL AND earlier.place_code IS NULL
    UNION
    SELECT list.year, listed.place_code
    FROM list
    INNER JOIN underserved_place AS listed
        ON listed.year = list.year_before
    LEFT JOIN underserved_place AS later
        ON later.year = list.year
        AND later.place_code = listed.place_code
    WHERE later.place_code IS NULL
)

SELECT DISTINCT 'underserved' AS breakdown_dim, change.year, member.geo_level, member.geo_code, member.geo_version
FROM change
INNER JOIN geography_member AS member
    ON member.year = change.year
    AND member.place_code = change.place_code
