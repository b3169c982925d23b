-- One row is an active practice with the staff that it answered it has; none where no answer is known to be from it.
-- A practice that answered and named nobody has no row in the delivery, so it looks like one that did not answer. One
-- that named employed doctors alone has answered, and has no staff.
WITH answered AS (
    SELECT
        ydernr,
        SUM(CASE WHEN counts_as_staff THEN persons ELSE CAST(0 AS BIGINT) END) AS persons,
        SUM(
            CASE WHEN counts_as_staff THEN full_time_equivalents ELSE CAST(0 AS DECIMAL(6, 2)) END
        ) AS full_time_equivalents,
        SUM(
            CASE
                WHEN counts_as_staff AND is_health_profession THEN full_time_equivalents
                ELSE CAST(0 AS DECIMAL(6, 2))
            END
        ) AS health_full_time_equivalents,
        SUM(
            CASE WHEN profession = 'sygeplejerske' THEN full_time_equivalents ELSE CAST(0 AS DECIMAL(6, 2)) END
        ) AS nurse_full_time_equivalents,
        SUM(
            CASE
                WHEN profession IN ('farmaceut', 'fysioterapeut', 'psykolog') THEN full_time_equivalents
                ELSE CAST(0 AS DECIMAL(6, 2))
            END
        ) AS other_full_time_equivalents
    FROM staff_answer
    WHERE year = $year AND ydernr IS NOT NULL
    GROUP BY ydernr
)

SELECT
    practice.year,
    practice.reference_date,
    practice.ydernr,
    practice.tilgang_dato,
    practice.place_code,
    practice.capacities,
    practice.is_solo,
    answered.ydernr IS NOT NULL AS has_answered,
    answered.persons,
    answered.full_time_equivalents,
    answered.health_full_time_equivalents,
    answered.nurse_full_time_equivalents,
    answered.other_full_time_equivalents
FROM active_practice AS practice
LEFT JOIN answered
    ON answered.ydernr = practice.ydernr
WHERE practice.year = $year
