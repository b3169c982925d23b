-- One row is the full-time months of main courses of a specialty that are carried out in a geography: those of all
-- courses posted for the first time, and those of the courses that were filled. A course that crosses a border has its
-- months on both sides; training regions and the country have the sums of their regions.
WITH placed AS (
    SELECT
        region.training_region,
        region.region_code,
        region.geo_version,
        COALESCE(placement.specialty, 'uoplyst') AS specialty,
        placement.full_time_months,
        CASE
            WHEN placement.is_filled THEN placement.full_time_months
            ELSE CAST(0 AS DECIMAL(12, 4))
        END AS filled_months
    FROM training_placement AS placement
    INNER JOIN region_of_training_region AS region
        ON region.place_code = placement.place_code
        AND region.year = placement.year
    WHERE placement.year = $year AND placement.post_type = 'H' AND NOT placement.is_repeat
),

counted AS (
    SELECT 'region' AS geo_level, region_code AS geo_code, geo_version, specialty, full_time_months, filled_months
    FROM placed
    UNION ALL
    -- Regions stand in every geography; the larger ones are the sum of one.
    SELECT
        'training_region',
        placed.training_region,
        national.geo_version,
        placed.specialty,
        placed.full_time_months,
        placed.filled_months
    FROM placed
    INNER JOIN first_geography
        ON first_geography.geo_version = placed.geo_version
    CROSS JOIN national
    WHERE national.year = $year
    UNION ALL
    SELECT
        'country',
        national.geo_code,
        national.geo_version,
        placed.specialty,
        placed.full_time_months,
        placed.filled_months
    FROM placed
    INNER JOIN first_geography
        ON first_geography.geo_version = placed.geo_version
    CROSS JOIN national
    WHERE national.year = $year
)

SELECT
    $year AS year,
    geo_level,
    geo_code,
    geo_version,
    specialty,
    CAST(SUM(full_time_months) AS DECIMAL(18, 4)) AS posted,
    CAST(SUM(filled_months) AS DECIMAL(18, 4)) AS filled
FROM counted
GROUP BY geo_level, geo_code, geo_version, specialty
