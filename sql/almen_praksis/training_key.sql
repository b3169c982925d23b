-- One row is a region's part of its training region under an agreed key, beside the whole: main courses that begin in
-- it, or the full-time months of main courses there, as the key says. A key names the regions of its day: they are
-- counted by their municipalities in the geography that the key begins in, also after a reform. A course that is posted
-- again counts in its first year only.
WITH key_in_force AS (
    SELECT
        indikator_id AS indicator_id,
        videreuddannelsesregion AS training_region,
        regionskode AS region_code,
        specialer AS specialties,
        enhed AS unit,
        version.geo_version
    FROM fordelingsnoegle AS share
    INNER JOIN geo_version AS version
        ON version.gyldig_fra <= share.gyldig_fra
        AND (version.gyldig_til IS NULL OR version.gyldig_til > share.gyldig_fra)
    WHERE indikator_id IS NOT NULL
        AND share.gyldig_fra <= $reference_date
        AND (share.gyldig_til IS NULL OR share.gyldig_til > $reference_date)
),

counted AS (
    SELECT
        'FORLOEB' AS unit,
        begun.training_region,
        region.geo_version,
        region.region_code,
        begun.specialty,
        CAST(COUNT(*) AS DECIMAL(18, 4)) AS amount
    FROM training_start AS begun
    INNER JOIN region_of_training_region AS region
        ON region.place_code = begun.place_code
        AND region.year = begun.year
    WHERE begun.year = $year AND begun.post_type = 'H' AND NOT begun.is_repeat
    GROUP BY begun.training_region, region.geo_version, region.region_code, begun.specialty
    UNION ALL
    SELECT
        'AARSVAERK',
        placement.training_region,
        region.geo_version,
        region.region_code,
        placement.specialty,
        CAST(SUM(placement.full_time_months) AS DECIMAL(18, 4))
    FROM training_placement AS placement
    INNER JOIN region_of_training_region AS region
        ON region.place_code = placement.place_code
        AND region.year = placement.year
    WHERE placement.year = $year AND placement.post_type = 'H' AND NOT placement.is_repeat
    GROUP BY placement.training_region, region.geo_version, region.region_code, placement.specialty
)

SELECT
    $year AS year,
    key_in_force.indicator_id,
    'region' AS geo_level,
    key_in_force.region_code AS geo_code,
    key_in_force.geo_version,
    COALESCE(SUM(counted.amount) FILTER (WHERE counted.region_code = key_in_force.region_code), 0) AS part,
    SUM(counted.amount) AS whole
FROM key_in_force
INNER JOIN counted
    ON counted.unit = key_in_force.unit
    AND counted.training_region = key_in_force.training_region
    AND counted.geo_version = key_in_force.geo_version
INNER JOIN laegespeciale AS specialty
    ON specialty.laegespeciale = counted.specialty
    -- The key of the other specialties is about those that Region Sjælland has.
    AND CASE key_in_force.specialties
        WHEN 'ALMEN_MEDICIN' THEN counted.specialty = 'almen_medicin'
        WHEN 'OEVRIGE' THEN counted.specialty <> 'almen_medicin' AND specialty.varetages_i_sjaelland
        ELSE true
    END
GROUP BY key_in_force.indicator_id, key_in_force.region_code, key_in_force.geo_version
