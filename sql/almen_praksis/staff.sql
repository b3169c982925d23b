-- One row is a profession's staff in a municipality on the reference date, by today's definition of practice staff and
-- by the one before it.
-- Employed doctors were staff in PLO's count until 2022 and are capacities since, and other groups came in: one
-- definition over all years keeps growth comparable, and the other beside it shows the break.
SELECT
    $year AS year,
    answer.kommunekode AS place_code,
    spelling.faggruppe AS profession,
    profession.er_sundhedsfaglig AS is_health_profession,
    profession.tael_med_i_u2 AS counts_as_staff,
    COALESCE(earlier.tael_med_i_u2, profession.tael_med_i_u2) AS counted_as_staff_before,
    SUM(answer.antal_personer) AS persons,
    SUM(answer.aarsvaerk) AS full_time_equivalents
FROM plo_personale AS answer
INNER JOIN faggruppe_alias AS spelling
    ON spelling.stavemaade = answer.faggruppe
INNER JOIN faggruppe AS profession
    ON profession.faggruppe = spelling.faggruppe
    AND profession.gyldig_til IS NULL
LEFT JOIN faggruppe AS earlier
    ON earlier.faggruppe = spelling.faggruppe
    AND earlier.gyldig_til = profession.gyldig_fra
GROUP BY
    answer.kommunekode,
    spelling.faggruppe,
    profession.er_sundhedsfaglig,
    profession.tael_med_i_u2,
    earlier.tael_med_i_u2
