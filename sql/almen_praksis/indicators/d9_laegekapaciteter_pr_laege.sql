-- One row is the country's largest number of doctor capacities of one owner, those of a partnership shared out evenly.
WITH owned AS (
    SELECT DISTINCT person_id, ydernr, tilgang_dato
    FROM active_doctor
    WHERE year = $year AND role = 'EJER'
),

part AS (
    SELECT
        owned.person_id,
        practice.capacities / COUNT(*) OVER (PARTITION BY owned.ydernr, owned.tilgang_dato) AS capacities
    FROM owned
    INNER JOIN active_practice AS practice
        ON practice.ydernr = owned.ydernr
        AND practice.tilgang_dato = owned.tilgang_dato
    WHERE practice.year = $year
),

summed AS (
    SELECT person_id, SUM(capacities) AS capacities
    FROM part
    GROUP BY person_id
)

SELECT 'country' AS geo_level, national.geo_code, national.geo_version, MAX(summed.capacities) AS numerator
FROM summed
CROSS JOIN national
GROUP BY national.geo_code, national.geo_version
