-- One row is a value of the country or a region that is farther from that of the year before than its indicator's limit, and
-- that nobody has accepted.
-- severity: warn
-- remedy: Look at the extracts of both years. If the value is right, add what accept_with says as a row to pipelines/reference/accepteret.csv, with the reason, who and the day; if the figure often moves so far, give its entry another jump_within.
SELECT DISTINCT
    jump.indicator_id,
    jump.year,
    jump.geo_code,
    jump.value_before,
    jump.value,
    jump.jump_within,
    CONCAT('jump;', jump.indicator_id, ';', jump.year, ';', jump.geo_code) AS accept_with
FROM value_jump AS jump
LEFT JOIN accepteret AS accepted
    ON accepted.art = 'jump'
    AND accepted.indikator_id IN (jump.indicator_id, '*')
    AND accepted.aar = jump.year
    AND accepted.geo_kode IN (jump.geo_code, '*')
WHERE accepted.art IS NULL
