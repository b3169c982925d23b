-- One row is a place's patients of a disease, or of all, and those of them that a share counts, with the lowest and the
-- highest share that the delivery allows.
-- A count of 1 to 4 is withheld in the delivery. To leave such rows out would move the shares, since it is small counts
-- that are withheld: each stands with the middle of what it can be, and the share's ends with what makes it lowest and
-- highest. A part is never more than its whole, so a part and a whole that are both withheld are 1 of 4 or 4 of 4.
WITH share AS (
    SELECT year, place_code, disease, 'followed_of_patients' AS share, followed AS counted, patients AS total
    FROM chronic_patients
    WHERE year = $year
    UNION ALL
    SELECT year, place_code, disease, 'followed_at_hospital_of_patients', followed_at_hospital, patients
    FROM chronic_patients
    WHERE year = $year
    UNION ALL
    SELECT year, place_code, disease, 'with_plan_of_followed', with_plan, followed
    FROM chronic_patients
    WHERE year = $year
    UNION ALL
    SELECT year, place_code, disease, 'with_plan_of_patients', with_plan, patients
    FROM chronic_patients
    WHERE year = $year
),

whole AS (
    SELECT
        share.year,
        share.place_code,
        share.share,
        share.disease,
        share.counted,
        share.counted IS NOT NULL AND share.total IS NOT NULL AS is_told,
        CAST(least_count.vaerdi AS DECIMAL(12, 2)) AS least_count,
        CAST(most_count.vaerdi AS DECIMAL(12, 2)) AS most_count,
        CAST(
            COALESCE(share.total, GREATEST((least_count.vaerdi + most_count.vaerdi) / 2, COALESCE(share.counted, 0)))
            AS DECIMAL(12, 2)
        ) AS total,
        CAST(
            COALESCE(share.total, GREATEST(most_count.vaerdi, COALESCE(share.counted, 0))) AS DECIMAL(12, 2)
        ) AS total_at_lowest,
        CAST(
            COALESCE(share.total, GREATEST(least_count.vaerdi, COALESCE(share.counted, most_count.vaerdi)))
            AS DECIMAL(12, 2)
        ) AS total_at_highest
    FROM share
    INNER JOIN taerskel AS least_count
        ON least_count.taerskel = 'skjult_antal_mindst'
    INNER JOIN taerskel AS most_count
        ON most_count.taerskel = 'skjult_antal_hoejst'
),

part AS (
    SELECT
        year,
        place_code,
        share,
        disease,
        is_told,
        total,
        total_at_lowest,
        total_at_highest,
        CAST(
            COALESCE(counted, LEAST(total, (least_count + LEAST(most_count, total)) / 2)) AS DECIMAL(12, 2)
        ) AS counted,
        CAST(COALESCE(counted, LEAST(least_count, total_at_lowest)) AS DECIMAL(12, 2)) AS lowest,
        CAST(COALESCE(counted, LEAST(most_count, total_at_highest)) AS DECIMAL(12, 2)) AS highest
    FROM whole
),

by_disease AS (
    SELECT
        year,
        place_code,
        share,
        disease,
        SUM(counted) AS numerator,
        SUM(total) AS denominator,
        SUM(lowest) AS lowest_numerator,
        SUM(total_at_lowest) AS lowest_denominator,
        SUM(highest) AS highest_numerator,
        SUM(total_at_highest) AS highest_denominator,
        COUNT(*) FILTER (WHERE is_told) AS told,
        COUNT(*) FILTER (WHERE NOT is_told) AS missing
    FROM part
    GROUP BY year, place_code, share, disease
)

SELECT
    year,
    place_code,
    share,
    disease,
    numerator,
    denominator,
    lowest_numerator,
    lowest_denominator,
    highest_numerator,
    highest_denominator,
    told,
    missing
FROM by_disease
UNION ALL
SELECT
    year,
    place_code,
    share,
    'all',
    SUM(numerator),
    SUM(denominator),
    SUM(lowest_numerator),
    SUM(lowest_denominator),
    SUM(highest_numerator),
    SUM(highest_denominator),
    SUM(told),
    SUM(missing)
FROM by_disease
GROUP BY year, place_code, share
