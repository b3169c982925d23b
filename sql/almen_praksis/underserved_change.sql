-- One row is a geography in a year in which a municipality has come onto the national list of those short of doctors since
-- the year before, or has left it: what is counted there by the list of the day is counted of other places than before.
WITH change AS (
    SELECT listed.year, listed.place_code
    FROM underserved_place AS listed
    LEFT JOIN underserved_place AS earlier
        ON earlier.year = listed.year - 1
        AND earlier.place_code = listed.place_code
    WHERE earlier.place_code IS NULL
    UNION
    SELECT listed.year + 1, listed.place_code
    FROM underserved_place AS listed
    LEFT JOIN underserved_place AS later
        ON later.year = listed.year + 1
        AND later.place_code = listed.place_code
    WHERE later.place_code IS NULL
)

SELECT DISTINCT change.year, member.geo_level, member.geo_code, member.geo_version
FROM change
-- Of the years before the first extract no list is known.
INNER JOIN national AS year_before
    ON year_before.year = change.year - 1
INNER JOIN geography_member AS member
    ON member.year = change.year
    AND member.place_code = change.place_code
