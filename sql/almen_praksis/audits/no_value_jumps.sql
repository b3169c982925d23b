-- One row is a value of the country or a region that is farther from that of the year before than its indicator's limit, and
-- that nobody has accepted.
-- severity: warn
-- remedy: Look at the extracts of both years. If the value is right, add what accept_with says as a row to pipelines/reference/accepteret.csv, with the reason, who and the day; if the figure often moves so far, give its entry another jump_within.
SELECT DISTINCT
    jump.indicator_id,
    jump.year,
    jump.geo_code,
    -- As they are published: a jump may be of a value that is hidden.
    earlier.value AS value_before,
    later.value,
    jump.jump_within,
    CONCAT('jump;', jump.indicator_id, ';', jump.year, ';', jump.geo_code) AS accept_with
FROM value_jump AS jump
LEFT JOIN indicator_value AS later
    ON later.indicator_id = jump.indicator_id
    AND later.year = jump.year
    AND later.geo_level = jump.geo_level
    AND later.geo_code = jump.geo_code
    AND later.geo_version = jump.geo_version
    AND later.breakdown_dim = 'all'
LEFT JOIN indicator_value AS earlier
    ON earlier.indicator_id = jump.indicator_id
    AND earlier.year = jump.year - 1
    AND earlier.geo_level = jump.geo_level
    AND earlier.geo_code = jump.geo_code
    AND earlier.geo_version = jump.geo_version
    AND earlier.breakdown_dim = 'all'
LEFT JOIN accepteret AS accepted
    ON accepted.art = 'jump'
    AND accepted.indikator_id IN (jump.indicator_id, '*')
    AND accepted.aar = jump.year
    AND accepted.geo_kode IN (jump.geo_code, '*')
WHERE accepted.art IS NULL
