-- One row is whether a practice used an element of a digital tool in the year: opened it at all, and shared by it in
-- the last quarter; and how many rows of the log say so.
SELECT
    $year AS year,
    used.vaerktoej AS tool,
    used.element,
    used.ydernr,
    SUM(COALESCE(used.antal_sessioner, 0)) > 0 AS was_opened,
    SUM(
        CASE WHEN used.maaned >= CONCAT(CAST($year AS VARCHAR), '-10') THEN COALESCE(used.antal_delinger, 0) ELSE 0 END
    ) > 0 AS has_shared_last_quarter,
    COUNT(*) AS lines
FROM digital_brug AS used
GROUP BY used.vaerktoej, used.element, used.ydernr
