-- One row is a place's solo practices that answered and have next to no staff. One that named nobody has no row in the
-- delivery and is missing, as one that did not answer.
WITH answer AS (
    SELECT
        given.ydernr,
        SUM(CASE WHEN profession.tael_med_i_u2 THEN given.aarsvaerk ELSE 0 END) AS full_time_equivalents
    FROM plo_personale AS given
    INNER JOIN faggruppe_alias AS spelling
        ON spelling.stavemaade = given.faggruppe
    INNER JOIN faggruppe AS profession
        ON profession.faggruppe = spelling.faggruppe
        AND profession.gyldig_til IS NULL
    WHERE given.ydernr IS NOT NULL
    GROUP BY given.ydernr
)

SELECT
    practice.place_code AS geo_code,
    COUNT(*) FILTER (WHERE answer.full_time_equivalents < little.vaerdi) AS numerator,
    COUNT(*) FILTER (WHERE answer.ydernr IS NULL) AS missing
FROM active_practice AS practice
INNER JOIN taerskel AS little
    ON little.taerskel = 'naesten_uden_personale_under_aarsvaerk'
LEFT JOIN answer
    ON answer.ydernr = practice.ydernr
WHERE practice.year = $year AND practice.is_solo
GROUP BY practice.place_code
