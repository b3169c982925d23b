-- One row is what was appropriated for a pool in a year. A pool that stands as a whole beside its parts counts once.
SELECT
    pool,
    grant_year,
    geo_code,
    COALESCE(SUM(million_kr) FILTER (WHERE purpose = pool), SUM(million_kr)) AS million_kr
FROM appropriation
GROUP BY pool, grant_year, geo_code
