-- One row is a place's answers on the result of treatment, weighted by their number, and that number; each question of
-- the survey stands once more under its name.
WITH answer AS (
    SELECT
        practice.place_code,
        given.spoergsmaal AS question,
        SUM(CAST(given.antal_svar AS DECIMAL(12, 0)) * given.gennemsnit) AS score,
        SUM(given.antal_svar) AS answers
    FROM patienttilfredshed AS given
    INNER JOIN active_practice AS practice
        ON practice.ydernr = given.ydernr
    WHERE practice.year = $year
    GROUP BY practice.place_code, given.spoergsmaal
)

SELECT place_code AS geo_code, 'all' AS breakdown_dim, 'all' AS breakdown_value, score AS numerator, answers AS denominator
FROM answer
WHERE question = 'BEHANDLING'
UNION ALL
SELECT place_code, 'question', question, score, answers
FROM answer
