-- One row is an indicator that follows an initiative: indicator_ids of initiative, taken apart.
SELECT
    initiative.indsats_id AS initiative_id,
    definition.indicator_id
FROM indsats AS initiative
INNER JOIN indicator_definition AS definition
    ON STRPOS(CONCAT(',', initiative.indikatorer, ','), CONCAT(',', definition.indicator_id, ',')) > 0
