-- One row is a place's solo practices that answered and have next to no staff. One that named nobody has no row in the
-- delivery and is missing, as one that did not answer. Where none is known to have answered there is no number, rather
-- than a zero.
SELECT
    practice.place_code AS geo_code,
    CASE
        WHEN BOOL_OR(practice.has_answered)
            THEN COUNT(*) FILTER (WHERE practice.full_time_equivalents < little.vaerdi)
    END AS numerator,
    COUNT(*) FILTER (WHERE NOT practice.has_answered) AS missing
FROM practice_staff AS practice
INNER JOIN taerskel AS little
    ON little.taerskel = 'naesten_uden_personale_under_aarsvaerk'
WHERE practice.year = $year AND practice.is_solo
GROUP BY practice.place_code
