-- One row is a year that a model can tell of, among the models that figures look ahead or back in: nothing of it is awaited.
WITH looked_at AS (
    SELECT model
    FROM (VALUES ('owner_period'), ('active_doctor'), ('underserved_place')) AS models (model)
)

SELECT looked_at.model, national.year
FROM looked_at
CROSS JOIN national
LEFT JOIN (SELECT DISTINCT model, year FROM held_back) AS waiting
    ON waiting.model = looked_at.model
    AND waiting.year = national.year
WHERE waiting.model IS NULL
