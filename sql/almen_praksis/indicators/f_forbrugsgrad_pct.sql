-- One row is the country's money spent of the year's appropriation, and that appropriation, in million kroner.
-- For the country only: the key that shares the appropriation out to the regions is not in the documents.
WITH spent AS (
    SELECT SUM(forbrug_kr) / 1000000 AS million_kr
    FROM regnskab
    WHERE aar = $year
),

granted AS (
    SELECT SUM(million_kr) AS million_kr
    FROM appropriation
    WHERE grant_year = $year AND pool IN ('F1', 'F2', 'F3')
)

SELECT 'country' AS geo_level, national.geo_code, national.geo_version, spent.million_kr AS numerator, granted.million_kr AS denominator
FROM spent
CROSS JOIN granted
CROSS JOIN national
WHERE spent.million_kr IS NOT NULL AND granted.million_kr IS NOT NULL
