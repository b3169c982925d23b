-- One row is a resident on the reference date, with the insurance group that the register of the insured has, if it knows
-- the person, and the practice that the person is listed with that day, if any.
-- The register is drawn months later: who was born or moved in since, and could not be listed on the day, is no resident
-- of it. The group is known as of the day that the register is drawn.
-- What each register says of a person is stacked and grouped, and not joined: a grouping goes by the disk where the memory is
-- short, and a join of the whole country's persons does not.
WITH told AS (
    SELECT person_id, place_code, CAST(NULL AS VARCHAR) AS gruppe, CAST(NULL AS VARCHAR) AS ydernr
    FROM resident
    WHERE year = $year
    UNION ALL
    SELECT person_id, NULL, gruppe, NULL
    FROM sikret
    UNION ALL
    SELECT person_id, NULL, NULL, ydernr
    FROM tilmelding
    WHERE fra <= $reference_date AND (til IS NULL OR til > $reference_date)
)

SELECT
    $year AS year,
    person_id,
    MIN(place_code) AS place_code,
    MIN(gruppe) AS insurance_group,
    MIN(ydernr) AS ydernr
FROM told
GROUP BY person_id
HAVING MIN(place_code) IS NOT NULL
