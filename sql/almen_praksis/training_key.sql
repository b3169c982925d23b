-- One row is a region's part of its training region under an agreed key, beside the whole: main courses that begin in
-- it, or the full-time months of main courses there, as the key says.
WITH key_in_force AS (
    SELECT
        indikator_id AS indicator_id,
        videreuddannelsesregion AS training_region,
        regionskode AS region_code,
        specialer AS specialties,
        enhed AS unit
    FROM fordelingsnoegle
    WHERE indikator_id IS NOT NULL
        AND gyldig_fra <= $reference_date
        AND (gyldig_til IS NULL OR gyldig_til > $reference_date)
),

counted AS (
    SELECT 'FORLOEB' AS unit, training_region, region_code, specialty, CAST(COUNT(*) AS DECIMAL(18, 4)) AS amount
    FROM training_start
    WHERE year = $year AND post_type = 'H'
    GROUP BY training_region, region_code, specialty
    UNION ALL
    SELECT 'AARSVAERK', training_region, region_code, specialty, CAST(SUM(full_time_months) AS DECIMAL(18, 4))
    FROM training_placement
    WHERE year = $year AND post_type = 'H'
    GROUP BY training_region, region_code, specialty
)

SELECT
    $year AS year,
    key_in_force.indicator_id,
    'region' AS geo_level,
    key_in_force.region_code AS geo_code,
    national.geo_version,
    COALESCE(SUM(counted.amount) FILTER (WHERE counted.region_code = key_in_force.region_code), 0) AS part,
    SUM(counted.amount) AS whole
FROM key_in_force
INNER JOIN counted
    ON counted.unit = key_in_force.unit
    AND counted.training_region = key_in_force.training_region
INNER JOIN laegespeciale AS specialty
    ON specialty.laegespeciale = counted.specialty
    -- The key of the other specialties is about those that Region Sjælland has.
    AND CASE key_in_force.specialties
        WHEN 'ALMEN_MEDICIN' THEN counted.specialty = 'almen_medicin'
        WHEN 'OEVRIGE' THEN counted.specialty <> 'almen_medicin' AND specialty.varetages_i_sjaelland
        ELSE true
    END
CROSS JOIN national
WHERE national.year = $year
GROUP BY key_in_force.indicator_id, key_in_force.region_code, national.geo_version
