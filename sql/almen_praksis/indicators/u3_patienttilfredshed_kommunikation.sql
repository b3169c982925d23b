-- One row is a place's answers on communication, weighted by their number, and that number.
SELECT
    place_code AS geo_code,
    score AS numerator,
    answers AS denominator,
    score_squares AS squares,
    cross_products,
    answer_squares AS denominator_squares,
    practices AS clusters
FROM satisfaction
WHERE year = $year AND question = 'KOMMUNIKATION'
