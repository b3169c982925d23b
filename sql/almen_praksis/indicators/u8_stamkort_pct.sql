-- One row is a geography's practising doctors, and those of them in a practice that shared the master card in the last
-- quarter.
SELECT
    geo_level,
    geo_code,
    geo_version,
    -- Sharings are told once a quarter.
    MAKE_DATE($year, 10, 1) AS period_start,
    MAKE_DATE($year, 12, 31) AS period_end,
    shared AS numerator,
    doctors AS denominator
FROM tool_reach
WHERE year = $year AND tool = 'PATIENTOVERBLIK' AND element = 'STAMKORT'
