-- One row is a place's answers on the overall impression, weighted by their number, and that number.
SELECT
    practice.place_code AS geo_code,
    SUM(CAST(answer.antal_svar AS DECIMAL(12, 0)) * answer.gennemsnit) AS numerator,
    SUM(answer.antal_svar) AS denominator
FROM patienttilfredshed AS answer
INNER JOIN active_practice AS practice
    ON practice.ydernr = answer.ydernr
WHERE practice.year = $year AND answer.spoergsmaal = 'SAMLET'
GROUP BY practice.place_code
