-- One row is a year in which many corrections take off services that were never delivered.
-- severity: warn
-- remedy: Ask the provider of sssy: rows of the year, or of the year before, may be missing.
SELECT corrections.year, corrections.lines, corrections.taken_off
FROM uncorrelated_correction AS corrections
INNER JOIN taerskel AS most
    ON most.taerskel = 'rettelse_uden_modpart_hoejst_pct'
WHERE 100 * corrections.taken_off > most.vaerdi * corrections.lines
