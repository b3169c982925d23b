-- One row says that a municipality lies in a region that an extract may name in a year, and in which geography.
-- A region's code is read in the geography of the day; that of a region which is no more, or not yet, in the one that
-- has it.
WITH region_of_version AS (
    SELECT DISTINCT geo_version, regionskode AS region_code
    FROM kommune_geografi
    WHERE regionskode IS NOT NULL
),

choice AS (
    SELECT
        region_of_version.region_code,
        region_of_version.geo_version,
        ROW_NUMBER() OVER (
            PARTITION BY region_of_version.region_code
            ORDER BY
                CASE
                    WHEN version.gyldig_fra <= $reference_date
                        AND (version.gyldig_til IS NULL OR version.gyldig_til > $reference_date) THEN 0
                    ELSE 1
                END,
                version.gyldig_fra
        ) AS place
    FROM region_of_version
    INNER JOIN geo_version AS version
        ON version.geo_version = region_of_version.geo_version
)

SELECT
    $year AS year,
    choice.region_code,
    choice.geo_version,
    municipality.kommunekode AS place_code,
    municipality.videreuddannelsesregion AS training_region
FROM choice
INNER JOIN kommune_geografi AS municipality
    ON municipality.regionskode = choice.region_code
    AND municipality.geo_version = choice.geo_version
WHERE choice.place = 1
