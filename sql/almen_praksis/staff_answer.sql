-- One row is what an answer to PLO's survey says of a profession on the reference date, with the active practice that
-- it is from: none where the answer gives no provider number, or one that no practice has that day.
-- Employed doctors were staff in PLO's count until 2022 and are capacities since, and other groups came in: one
-- definition over all years keeps growth comparable, and the other beside it shows the break.
SELECT
    $year AS year,
    answer.besvarelse AS answer,
    answer.kommunekode AS municipality_code,
    practice.ydernr,
    practice.place_code,
    practice.capacities,
    spelling.faggruppe AS profession,
    profession.er_sundhedsfaglig AS is_health_profession,
    profession.tael_med_i_u2 AS counts_as_staff,
    COALESCE(earlier.tael_med_i_u2, profession.tael_med_i_u2) AS counted_as_staff_before,
    answer.antal_personer AS persons,
    answer.aarsvaerk AS full_time_equivalents
FROM plo_personale AS answer
INNER JOIN faggruppe_alias AS spelling
    ON spelling.stavemaade = answer.faggruppe
INNER JOIN faggruppe AS profession
    ON profession.faggruppe = spelling.faggruppe
    AND profession.gyldig_til IS NULL
LEFT JOIN faggruppe AS earlier
    ON earlier.faggruppe = spelling.faggruppe
    AND earlier.gyldig_til = profession.gyldig_fra
LEFT JOIN active_practice AS practice
    ON practice.ydernr = answer.ydernr
    AND practice.year = $year
