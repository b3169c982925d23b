-- One row is the country's bachelor places in medicine that an indicator is about, in a year from its baseline on, less
-- those of the baseline.
WITH places AS (
    SELECT 't16_studiepladser_aau' AS indicator_id, 't16_studiepladser_aau' AS target_of, year, SUM(places) AS places
    FROM study_places
    WHERE level = 'BA' AND campus = 'Aalborg'
    GROUP BY year
    UNION ALL
    SELECT 't16_studiepladser_nye', 't16_studiepladser_nye', year, SUM(places)
    FROM study_places
    WHERE level = 'BA'
    GROUP BY year
    UNION ALL
    SELECT 'r5_studiepladser_udenfor_storby', 'r5_studiepladser_udenfor_storby', year, SUM(places)
    FROM study_places
    WHERE level = 'BA' AND NOT is_in_largest_city
    GROUP BY year
    UNION ALL
    -- Beside the places outside the largest cities stand all places, counted from the same year.
    SELECT 'r5_studiepladser_i_alt', 'r5_studiepladser_udenfor_storby', year, SUM(places)
    FROM study_places
    WHERE level = 'BA'
    GROUP BY year
),

baseline AS (
    SELECT places.indicator_id, places.year, places.places
    FROM places
    INNER JOIN target_definition AS target
        ON target.indicator_id = places.target_of
        AND target.baseline_year = places.year
)

SELECT
    places.indicator_id,
    national.year,
    national.reference_date,
    national.geo_code,
    national.geo_version,
    places.places - baseline.places AS places
FROM places
INNER JOIN baseline
    ON baseline.indicator_id = places.indicator_id
    AND baseline.year <= places.year
INNER JOIN national
    ON national.year = places.year
