-- One row is a milestone of an initiative: milestone_ids of initiative, taken apart.
SELECT
    initiative.indsats_id AS initiative_id,
    milestone.milepael_id AS milestone_id
FROM indsats AS initiative
INNER JOIN initiative AS kept
    ON kept.initiative_id = initiative.indsats_id
INNER JOIN milepael AS milestone
    ON STRPOS(CONCAT(',', initiative.milepaele, ','), CONCAT(',', milestone.milepael_id, ',')) > 0
