-- One row is a published figure that the derived one contradicts, unless the document gives the same number to another
-- group too, of which it agrees: then the two can't both hold, and `reconciliation` says which.
-- severity: error
-- remedy: Compare the extract's date and the definition with the figure's; if the figure was revised, change referencevaerdi.csv.
SELECT figure_id, indicator_id, geo_code, year, published_value, derived_value, lower_limit, upper_limit, quote
FROM reconciliation
WHERE verdict = 'differs' AND reason IS NULL
