-- One row is a municipality on the national list of those short of doctors on the day of the plan's baseline.
SELECT area.place_code
FROM underserved_place AS area
INNER JOIN (
    SELECT MIN(baseline_year) AS year FROM target_definition WHERE indicator_id = 'u1_aabne_praksis_pct'
) AS baseline
    ON baseline.year = area.year
