-- One row is the posts of a type and a specialty in a geography: those posted for the first time and those posted again
-- after they stayed vacant, and how many of each were filled.
-- Posts are counted everywhere: in the country and the training region by where they belong, in a region by where they
-- begin. Months are in `training_months`.
WITH counted AS (
    SELECT
        geography.geo_level,
        geography.geo_code,
        geography.geo_version,
        post.post_type,
        post.specialty,
        post.is_filled,
        post.is_repeat
    FROM training_post AS post
    INNER JOIN training_geography AS geography
        ON geography.training_region = post.training_region
        AND geography.year = post.year
    WHERE post.year = $year
    UNION ALL
    SELECT
        'region',
        region.region_code,
        region.geo_version,
        begun.post_type,
        begun.specialty,
        begun.is_filled,
        begun.is_repeat
    FROM training_start AS begun
    INNER JOIN region_of_training_region AS region
        ON region.place_code = begun.place_code
        AND region.year = begun.year
    WHERE begun.year = $year
)

SELECT
    $year AS year,
    geo_level,
    geo_code,
    geo_version,
    post_type,
    -- A post whose specialty is not told counts as well.
    COALESCE(specialty, 'uoplyst') AS specialty,
    COUNT(*) FILTER (WHERE NOT is_repeat) AS posted,
    COUNT(*) FILTER (WHERE NOT is_repeat AND is_filled) AS filled,
    COUNT(*) FILTER (WHERE is_repeat) AS posted_again,
    COUNT(*) FILTER (WHERE is_repeat AND is_filled) AS filled_again
FROM counted
-- The foundation course has no specialty.
WHERE post_type <> 'KBU'
GROUP BY geo_level, geo_code, geo_version, post_type, COALESCE(specialty, 'uoplyst')
