-- One row is a year whose accepted rows on staff are not all counted, each once. Those that wait for another register's
-- extract are counted when that has come.
-- severity: error
-- remedy: A spelling or a profession is missing from the reference lists or stands twice there, or a practice stands twice.
WITH accepted AS (
    SELECT year, SUM(row_count) AS row_count
    FROM source_quality
    WHERE table_name = 'plo_personale' AND measure = 'accepted'
    GROUP BY year
),

counted AS (
    SELECT year, COUNT(*) AS row_count
    FROM staff_answer
    GROUP BY year
)

SELECT accepted.year, accepted.row_count AS accepted_rows, counted.row_count AS counted_rows
FROM accepted
LEFT JOIN counted
    ON counted.year = accepted.year
LEFT JOIN held_back AS waiting
    ON waiting.model = 'staff_answer'
    AND waiting.year = accepted.year
WHERE accepted.row_count <> COALESCE(counted.row_count, CAST(0 AS BIGINT)) AND waiting.model IS NULL
