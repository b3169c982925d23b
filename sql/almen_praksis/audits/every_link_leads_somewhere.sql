-- One row is an initiative that names more indicators or milestones than there are of those names. Indicators of goals that
-- the pipeline leaves out are not looked for.
-- severity: error
-- remedy: Correct `indikatorer` or `milepaele` in pipelines/reference/indsats.csv.
WITH named AS (
    SELECT
        indsats_id,
        LENGTH(indikatorer) - LENGTH(REPLACE(indikatorer, ',', '')) + 1 AS indicators,
        LENGTH(milepaele) - LENGTH(REPLACE(milepaele, ',', '')) + 1 AS milestones
    FROM indsats
),

of_other_goals AS (
    SELECT initiative.indsats_id, COUNT(*) AS indicators
    FROM indsats AS initiative
    INNER JOIN left_out
        ON STRPOS(CONCAT(',', initiative.indikatorer, ','), CONCAT(',', left_out.model, ',')) > 0
    GROUP BY initiative.indsats_id
)

SELECT initiative.initiative_id, initiative.indicator_ids, initiative.indicators, initiative.milestone_ids, initiative.milestones
FROM initiative
INNER JOIN named
    ON named.indsats_id = initiative.initiative_id
LEFT JOIN of_other_goals
    ON of_other_goals.indsats_id = initiative.initiative_id
WHERE COALESCE(named.indicators, 0) - COALESCE(of_other_goals.indicators, 0) <> initiative.indicators
    OR COALESCE(named.milestones, 0) <> initiative.milestones
