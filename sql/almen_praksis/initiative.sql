-- One row is an initiative, way or measure of the documents, with what follows it and where that stands.
WITH last_year AS (
    SELECT MAX(year) AS year FROM milestone_state
),

milestone AS (
    SELECT
        initiative.indsats_id,
        COUNT(*) AS milestones,
        COUNT(*) FILTER (WHERE state.state = 'met') AS met,
        COUNT(*) FILTER (WHERE state.state = 'overdue') AS overdue
    FROM indsats AS initiative
    INNER JOIN milestone_state AS state
        ON STRPOS(CONCAT(',', initiative.milepaele, ','), CONCAT(',', state.milestone_id, ',')) > 0
    INNER JOIN last_year
        ON last_year.year = state.year
    GROUP BY initiative.indsats_id
),

indicator_of AS (
    SELECT
        initiative.indsats_id,
        COUNT(*) AS indicators,
        COUNT(*) FILTER (WHERE counted.indicator_id IS NOT NULL) AS with_values
    FROM indsats AS initiative
    INNER JOIN indicator_definition AS definition
        ON STRPOS(CONCAT(',', initiative.indikatorer, ','), CONCAT(',', definition.indicator_id, ',')) > 0
    -- What is awaited will have a value: nobody measures less for it.
    LEFT JOIN (
        SELECT indicator_id FROM indicator_value WHERE value IS NOT NULL
        UNION
        SELECT indicator_id FROM awaited
    ) AS counted
        ON counted.indicator_id = definition.indicator_id
    GROUP BY initiative.indsats_id
),

of_other_goals AS (
    SELECT DISTINCT initiative.indsats_id
    FROM indsats AS initiative
    INNER JOIN left_out
        ON STRPOS(CONCAT(',', initiative.indikatorer, ','), CONCAT(',', left_out.model, ',')) > 0
)

SELECT
    initiative.indsats_id AS initiative_id,
    initiative.dokument AS document_id,
    CAST(initiative.nummer AS INTEGER) AS number,
    initiative.titel_da AS title_da,
    initiative.titel_en AS title_en,
    initiative.indsats_type AS initiative_type,
    initiative.status AS measurability,
    initiative.indikatorer AS indicator_ids,
    initiative.milepaele AS milestone_ids,
    COALESCE(indicator_of.indicators, 0) AS indicators,
    COALESCE(indicator_of.with_values, 0) AS indicators_with_values,
    COALESCE(milestone.milestones, 0) AS milestones,
    COALESCE(milestone.met, 0) AS milestones_met,
    COALESCE(milestone.overdue, 0) AS milestones_overdue,
    CASE
        WHEN COALESCE(indicator_of.with_values, 0) > 0 AND COALESCE(milestone.milestones, 0) > 0
            THEN 'followed by figures and milestones'
        WHEN COALESCE(indicator_of.with_values, 0) > 0 THEN 'followed by figures'
        WHEN COALESCE(milestone.milestones, 0) > 0 THEN 'followed by milestones'
        ELSE 'not measurable with these registers'
    END AS present_status,
    initiative.begrundelse_da AS reason_da,
    initiative.begrundelse_en AS reason_en,
    initiative.kilde AS source
FROM indsats AS initiative
LEFT JOIN milestone
    ON milestone.indsats_id = initiative.indsats_id
LEFT JOIN indicator_of
    ON indicator_of.indsats_id = initiative.indsats_id
LEFT JOIN of_other_goals
    ON of_other_goals.indsats_id = initiative.indsats_id
-- What only goals follow that the pipeline leaves out is left out with them.
WHERE of_other_goals.indsats_id IS NULL OR indicator_of.indicators > 0
