-- One row is the country in a year: for figures that are of no smaller place.
-- A reform of the regions does not change the country: its version is `all`.
SELECT $year AS year, $reference_date AS reference_date, 'DK' AS geo_code, 'all' AS geo_version
