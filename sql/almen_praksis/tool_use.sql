-- One row is a practice's use of a digital tool in the year: in all of it, and in its last quarter.
SELECT
    $year AS year,
    vaerktoej AS tool,
    element,
    ydernr,
    SUM(COALESCE(antal_sessioner, 0)) AS sessions,
    SUM(COALESCE(antal_delinger, 0)) AS sharings,
    SUM(CASE WHEN maaned >= CONCAT(CAST($year AS VARCHAR), '-10') THEN COALESCE(antal_delinger, 0) ELSE 0 END) AS sharings_last_quarter
FROM digital_brug
GROUP BY vaerktoej, element, ydernr
