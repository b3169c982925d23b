-- One row is a target with the day that what it is judged on is of.
-- What has to be reached by the end of 2025 is seen in the snapshot of 1 January 2026. What happens in the course of a
-- year is judged on that year's figure, and is known on its last day, or on the day that the target names.
WITH evaluated AS (
    SELECT
        target.target_id,
        target.evaluation_year,
        target.reference_date,
        -- The snapshots are all of one day of the year.
        MAKE_DATE(
            CAST(target.evaluation_year AS INTEGER),
            DATE_PART('month', snapshot.reference_date),
            DATE_PART('day', snapshot.reference_date)
        ) AS snapshot_date
    FROM target_definition AS target
    CROSS JOIN (SELECT MAX(reference_date) AS reference_date FROM national) AS snapshot
)

SELECT
    target_id,
    CASE
        WHEN evaluation_year IS NULL THEN NULL
        WHEN reference_date > snapshot_date THEN reference_date
        ELSE snapshot_date
    END AS evaluation_date,
    CASE
        WHEN evaluation_year IS NULL THEN NULL
        WHEN reference_date > snapshot_date THEN CONCAT('Tallet for ', CAST(evaluation_year AS VARCHAR))
        ELSE CONCAT('Opgørelsen pr. ', CAST(snapshot_date AS VARCHAR))
    END AS judged_on_da,
    CASE
        WHEN evaluation_year IS NULL THEN NULL
        WHEN reference_date > snapshot_date THEN CONCAT('The figure for ', CAST(evaluation_year AS VARCHAR))
        ELSE CONCAT('The snapshot of ', CAST(snapshot_date AS VARCHAR))
    END AS judged_on_en
FROM evaluated
