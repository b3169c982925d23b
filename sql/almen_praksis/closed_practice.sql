-- One row is a general practice that was active on a year's reference date and no more a year later, and whether it has
-- a successor in its municipality: one year or two after the reference date another practice there has its provider
-- number, or one of its doctors works in another practice there.
-- The year's own extracts tell where it lay: later ones have no status of a practice that is closed. A number is handed
-- on to other municipalities too, and is no successor there.
WITH closed AS (
    SELECT practice.year, practice.reference_date, practice.ydernr, practice.tilgang_dato, practice.place_code
    FROM active_practice AS practice
    -- Both years' practices and their doctors have to be there, or a successor could not be seen.
    INNER JOIN known_year AS year_on
        ON year_on.model = 'active_doctor'
        AND year_on.year = practice.year + 1
    INNER JOIN known_year AS two_years_on
        ON two_years_on.model = 'active_doctor'
        AND two_years_on.year = practice.year + 2
    LEFT JOIN active_practice AS later
        ON later.year = practice.year + 1
        AND later.ydernr = practice.ydernr
        AND later.tilgang_dato = practice.tilgang_dato
    WHERE later.ydernr IS NULL
),

succeeded AS (
    SELECT closed.year, closed.ydernr, closed.tilgang_dato
    FROM closed
    INNER JOIN active_practice AS next
        ON next.ydernr = closed.ydernr
        AND next.place_code = closed.place_code
        AND next.tilgang_dato <> closed.tilgang_dato
        AND next.year > closed.year
        AND next.year <= closed.year + 2
    UNION
    SELECT closed.year, closed.ydernr, closed.tilgang_dato
    FROM closed
    INNER JOIN active_doctor AS before
        ON before.year = closed.year
        AND before.ydernr = closed.ydernr
        AND before.tilgang_dato = closed.tilgang_dato
    INNER JOIN active_doctor AS after
        ON after.person_id = before.person_id
        AND after.place_code = closed.place_code
        AND after.year > closed.year
        AND after.year <= closed.year + 2
)

SELECT
    closed.year,
    closed.reference_date,
    closed.ydernr,
    closed.tilgang_dato,
    closed.place_code,
    CASE WHEN area.place_code IS NULL THEN 'no' ELSE 'yes' END AS underserved,
    succeeded.ydernr IS NOT NULL AS has_successor
FROM closed
LEFT JOIN underserved_place AS area
    ON area.year = closed.year
    AND area.place_code = closed.place_code
LEFT JOIN succeeded
    ON succeeded.year = closed.year
    AND succeeded.ydernr = closed.ydernr
    AND succeeded.tilgang_dato = closed.tilgang_dato
