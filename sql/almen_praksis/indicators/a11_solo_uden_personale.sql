-- One row is a place's solo practices that answered and have less than half a full-time equivalent of staff.
WITH answer AS (
    SELECT ydernr, SUM(aarsvaerk) AS full_time_equivalents
    FROM plo_personale
    GROUP BY ydernr
)

SELECT
    practice.place_code AS geo_code,
    COUNT(*) FILTER (WHERE answer.full_time_equivalents < 0.5) AS numerator,
    COUNT(*) FILTER (WHERE answer.ydernr IS NULL) AS missing
FROM active_practice AS practice
LEFT JOIN answer
    ON answer.ydernr = practice.ydernr
WHERE practice.year = $year AND practice.is_solo
GROUP BY practice.place_code
