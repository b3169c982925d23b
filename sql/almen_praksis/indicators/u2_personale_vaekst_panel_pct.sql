-- One row is the growth in full-time equivalents of staff of a place's practices that are known to have answered both in
-- the year and at the baseline, beside the baseline. A number that was handed on is another practice. All other
-- practices of the year are missing.
SELECT
    practice.year,
    practice.reference_date,
    practice.place_code AS geo_code,
    COALESCE(
        SUM(practice.full_time_equivalents - baseline.full_time_equivalents),
        CAST(0 AS DECIMAL(18, 4))
    ) AS numerator,
    COALESCE(
        SUM(CASE WHEN practice.has_answered THEN baseline.full_time_equivalents END),
        CAST(0 AS DECIMAL(18, 4))
    ) AS denominator,
    COUNT(*) FILTER (WHERE NOT practice.has_answered OR baseline.ydernr IS NULL) AS missing
FROM practice_staff AS practice
INNER JOIN staff_baseline AS first
    ON first.year <= practice.year
LEFT JOIN practice_staff AS baseline
    ON baseline.year = first.year
    AND baseline.ydernr = practice.ydernr
    AND baseline.tilgang_dato = practice.tilgang_dato
    AND baseline.has_answered
GROUP BY practice.year, practice.reference_date, practice.place_code
