-- One row is a published figure that the derived one contradicts.
-- severity: error
-- remedy: Compare the extract's date and the definition with the figure's; if the figure was revised, change referencevaerdi.csv.
SELECT figure_id, indicator_id, geo_code, year, published_value, derived_value, lower_limit, upper_limit, quote
FROM reconciliation
WHERE verdict = 'differs'
