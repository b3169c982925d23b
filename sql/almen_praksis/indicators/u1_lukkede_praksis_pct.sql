-- One row is a place's practices with a known intake status, and those of them closed to new patients; once more under
-- the code of the status, which parts closed from restricted practices.
SELECT
    place_code AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(*) FILTER (WHERE NOT is_open) AS numerator,
    COUNT(is_open) AS denominator,
    COUNT(*) - COUNT(is_open) AS missing
FROM active_practice
WHERE year = $year
GROUP BY place_code
UNION ALL
SELECT
    practice.place_code,
    'intake',
    status.status_kode,
    COUNT(*) FILTER (WHERE practice.intake_code = status.status_kode),
    COUNT(practice.is_open),
    COUNT(*) - COUNT(practice.is_open)
FROM active_practice AS practice
CROSS JOIN tilgangsstatus AS status
WHERE practice.year = $year AND NOT status.er_aaben
GROUP BY practice.place_code, status.status_kode
