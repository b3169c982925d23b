-- One row is an initiative that nothing follows, neither a figure nor a milestone, and that gives no reason.
-- severity: error
-- remedy: Give it an indicator, a milestone, or `begrundelse_da` and `begrundelse_en` in pipelines/reference/indsats.csv.
SELECT initiative_id, measurability
FROM initiative
WHERE (indicators + milestones = 0 OR measurability = 'not_measurable')
    AND (reason_da IS NULL OR reason_en IS NULL)
