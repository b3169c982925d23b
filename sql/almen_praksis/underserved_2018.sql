-- One row is a municipality on the national list of those short of doctors on the day of the plan's baseline.
SELECT DISTINCT area.kommunekode AS place_code
FROM laegedaekning_omraade AS area
CROSS JOIN (SELECT MIN(baseline_date) AS day FROM target_definition WHERE indicator_id = 'u1_aabne_praksis_pct') AS baseline
WHERE area.liste = 'LANDSDAEKKENDE'
    AND area.status = 'TRUET'
    AND area.gyldig_fra <= baseline.day
    AND (area.gyldig_til IS NULL OR area.gyldig_til > baseline.day)
