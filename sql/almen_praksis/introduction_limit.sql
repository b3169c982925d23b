-- One row is a rule on how many introduction posts one doctor may have, with the largest number that a doctor has had
-- who begins one of them in the year, by year since the rule holds, and how many such doctors are beyond it.
-- The rule is for posts to come: a year looks only at doctors who begin one in it. Their earlier posts are counted in,
-- for a second post is what the rule forbids, and the first may well be older than it. Counting only posts that began
-- since would keep the rule by itself at first, as an introduction post takes up to a year.
WITH rule AS (
    SELECT indicator_id, target_value AS most, DATE_PART('year', valid_from) AS first_year
    FROM target_definition
    WHERE indicator_id IN ('t7_introstillinger_pr_speciale', 't7_introstillinger_intern_medicin')
),

-- One rule counts the posts of each specialty, the other those of the whole block of internal medicine.
counted AS (
    SELECT 't7_introstillinger_pr_speciale' AS indicator_id, post.year, post.person_id, post.specialty AS counted_by
    FROM training_post AS post
    WHERE post.post_type = 'I' AND post.is_filled AND post.person_id IS NOT NULL
    UNION ALL
    SELECT 't7_introstillinger_intern_medicin', post.year, post.person_id, 'intern medicin'
    FROM training_post AS post
    WHERE post.post_type = 'I' AND post.is_filled AND post.person_id IS NOT NULL AND post.is_internal_medicine
),

held AS (
    SELECT
        rule.indicator_id,
        rule.most,
        national.year,
        national.reference_date,
        national.geo_code,
        national.geo_version,
        counted.person_id,
        COUNT(*) AS posts
    FROM rule
    INNER JOIN counted
        ON counted.indicator_id = rule.indicator_id
    INNER JOIN national
        ON national.year >= counted.year
        AND national.year >= rule.first_year
    GROUP BY
        rule.indicator_id,
        rule.most,
        national.year,
        national.reference_date,
        national.geo_code,
        national.geo_version,
        counted.person_id,
        counted.counted_by
    HAVING MAX(counted.year) = national.year
)

SELECT
    indicator_id,
    year,
    reference_date,
    geo_code,
    geo_version,
    MAX(posts) AS most_posts,
    COUNT(DISTINCT CASE WHEN posts > most THEN person_id END) AS doctors_beyond
FROM held
GROUP BY indicator_id, year, reference_date, geo_code, geo_version
