-- One row is a code that stands for more than one place, so that tables that have no level cannot be joined by it.
-- severity: error
-- remedy: Give the new place a code of its own in pipelines/reference.
SELECT geo_code, COUNT(*) AS places
FROM geography
GROUP BY geo_code
HAVING COUNT(*) > 1
