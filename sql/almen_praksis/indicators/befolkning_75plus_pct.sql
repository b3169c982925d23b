-- One row is a place's population on the reference date, and those of them aged 75 and over.
SELECT
    omraade AS geo_code,
    COALESCE(SUM(antal) FILTER (WHERE alder >= 75), 0) AS numerator,
    SUM(antal) AS denominator
FROM befolkning
WHERE tid = CONCAT(CAST($year AS VARCHAR), 'K1')
GROUP BY omraade
