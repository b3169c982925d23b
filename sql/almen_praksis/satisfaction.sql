-- One row is a place's answers to a question of the survey of patients: their sum and their number, the practices that they
-- come from, and the sums over practices that an interval takes.
-- The survey is of the year, so practices that opened during it are there, too.
WITH answer AS (
    SELECT
        practice.place_code,
        given.spoergsmaal AS question,
        CAST(CAST(given.antal_svar AS DECIMAL(8, 0)) * given.gennemsnit AS DECIMAL(12, 2)) AS score,
        CAST(given.antal_svar AS DECIMAL(8, 0)) AS answers
    FROM patienttilfredshed AS given
    INNER JOIN practice_in_year AS practice
        ON practice.ydernr = given.ydernr
    WHERE practice.year = $year
)

SELECT
    $year AS year,
    place_code,
    question,
    SUM(score) AS score,
    SUM(answers) AS answers,
    COUNT(*) AS practices,
    SUM(score * score) AS score_squares,
    SUM(score * answers) AS cross_products,
    SUM(answers * answers) AS answer_squares
FROM answer
GROUP BY place_code, question
