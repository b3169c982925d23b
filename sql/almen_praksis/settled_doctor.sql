-- One row is a doctor who became owner of a general practice for the first time in the settling year, with a number of
-- years that have passed since, and whether the doctor is an owner on the day that ends them: of any general practice,
-- wherever it lies. With no years it is the settling itself.
-- A year is complete in the extract of the year after. That of the settling year tells where the practice lay, for later
-- ones have no status of a practice that is closed; that of the last year tells whether the doctor has stayed.
WITH first_period AS (
    SELECT
        year - 1 AS settling_year,
        person_id,
        starts,
        place_code,
        -- Two practices on one day are one settling.
        ROW_NUMBER() OVER (PARTITION BY year, person_id ORDER BY starts, ydernr, tilgang_dato) AS place
    FROM owner_period
),

settled AS (
    SELECT settling_year, person_id, starts, place_code
    FROM first_period
    WHERE place = 1 AND DATE_PART('year', starts) = settling_year
),

followed AS (
    SELECT settled.*, 0 AS years, settled.starts AS day
    FROM settled
    UNION ALL
    SELECT settled.*, 1, CAST(settled.starts + INTERVAL '1 year' AS DATE)
    FROM settled
    UNION ALL
    SELECT settled.*, 3, CAST(settled.starts + INTERVAL '3 year' AS DATE)
    FROM settled
),

stayed AS (
    SELECT DISTINCT followed.settling_year, followed.person_id, followed.years
    FROM followed
    INNER JOIN owner_period AS later
        ON later.year = followed.settling_year + followed.years + 1
        AND later.person_id = followed.person_id
        AND later.starts <= followed.day
        AND (later.ends IS NULL OR later.ends > followed.day)
)

SELECT
    national.year,
    national.reference_date,
    followed.settling_year,
    followed.years,
    followed.person_id,
    followed.place_code,
    CASE WHEN area.place_code IS NULL THEN 'no' ELSE 'yes' END AS underserved,
    stayed.person_id IS NOT NULL AS has_stayed
FROM followed
INNER JOIN national
    ON national.year = followed.settling_year + followed.years
-- The extract in which the last year is complete.
INNER JOIN known_year AS year_after
    ON year_after.model = 'owner_period'
    AND year_after.year = followed.settling_year + followed.years + 1
-- Who settled before the first extract and had left by then is not sure to be in it.
INNER JOIN known_year AS settling
    ON settling.model = 'owner_period'
    AND settling.year = followed.settling_year
LEFT JOIN underserved_place AS area
    ON area.year = followed.settling_year
    AND area.place_code = followed.place_code
LEFT JOIN stayed
    ON stayed.settling_year = followed.settling_year
    AND stayed.person_id = followed.person_id
    AND stayed.years = followed.years
