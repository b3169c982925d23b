-- One row is a purpose's money of a year in a geography: appropriated, distributed, spent and accounted for.
-- A purpose is a part where another purpose has the whole; what is spent on a part counts in both rows, so the parts are
-- published apart from the wholes. What is not split by year has no year.
WITH distributed AS (
    SELECT
        granted.purpose,
        granted.grant_year AS year,
        granted.geo_code,
        CAST(granted.million_kr AS DECIMAL(18, 6)) AS million_kr
    FROM appropriation AS granted
    UNION ALL
    -- Without the regions' shares of the block grant only the country has an appropriation.
    SELECT
        granted.purpose,
        granted.grant_year,
        share.geo_kode,
        CAST(granted.million_kr * share.andel AS DECIMAL(18, 6))
    FROM appropriation AS granted
    INNER JOIN bloktilskudsnoegle AS share
        ON share.aar = granted.grant_year
    WHERE granted.geo_code = 'DK' AND share.geo_kode <> 'DK'
),

channel AS (
    SELECT purpose, grant_year AS year, MAX(channel) = 'PULJE' AS is_pool, SUM(million_kr) > 0 AS has_money
    FROM appropriation
    GROUP BY purpose, grant_year
),

purpose_part AS (
    SELECT formaal AS part, formaal AS purpose FROM bevillingsformaal
    UNION ALL
    SELECT formaal, pulje FROM bevillingsformaal WHERE er_delformaal
),

geography_part AS (
    SELECT regionskode AS region_code, regionskode AS geo_code FROM region
    UNION
    SELECT regionskode, 'DK' FROM region
),

-- Kroner to millions by a product: a division would cut the last digits off.
spent AS (
    SELECT
        purpose_part.purpose,
        spending.year,
        geography_part.geo_code,
        SUM(spending.spent_kr) * CAST(0.000001 AS DECIMAL(7, 6)) AS million_kr,
        SUM(spending.accounted_kr) * CAST(0.000001 AS DECIMAL(7, 6)) AS accounted_million_kr,
        SUM(spending.in_time_kr) * CAST(0.000001 AS DECIMAL(7, 6)) AS in_time_million_kr,
        BOOL_AND(spending.accounted_kr = spending.spent_kr) AS is_accounted,
        BOOL_AND(spending.in_time_kr = spending.spent_kr) AS is_in_time
    FROM spending
    INNER JOIN purpose_part
        ON purpose_part.part = spending.purpose
    INNER JOIN geography_part
        ON geography_part.region_code = spending.region_code
    GROUP BY purpose_part.purpose, spending.year, geography_part.geo_code
),

cell AS (
    SELECT purpose, year, geo_code FROM distributed
    UNION
    SELECT purpose, year, geo_code FROM spent
)

SELECT
    cell.purpose AS purpose_id,
    COALESCE(CAST(cell.year AS VARCHAR), 'not_split') AS period,
    cell.geo_code,
    CAST(cell.year AS INTEGER) AS year,
    purpose.pulje AS pool,
    purpose.er_delformaal AS is_part,
    purpose.navn_da AS title_da,
    purpose.navn_en AS title_en,
    distributed.million_kr AS appropriated_million_kr,
    CAST(spent.million_kr AS DECIMAL(18, 6)) AS spent_million_kr,
    CAST(spent.accounted_million_kr AS DECIMAL(18, 6)) AS accounted_million_kr,
    CAST(CASE WHEN channel.is_pool THEN spent.in_time_million_kr END AS DECIMAL(18, 6)) AS accounted_in_time_million_kr,
    CASE
        WHEN spent.million_kr IS NULL AND purpose.kraever_regnskab AND channel.is_pool AND channel.has_money
            THEN 'no_account'
        WHEN spent.million_kr IS NULL THEN 'not_due'
        WHEN NOT spent.is_accounted THEN 'partly_accounted'
        WHEN channel.is_pool AND spent.is_in_time THEN 'accounted_in_time'
        WHEN channel.is_pool THEN 'accounted_partly_late'
        ELSE 'accounted'
    END AS status,
    purpose.kilde AS source
FROM cell
INNER JOIN bevillingsformaal AS purpose
    ON purpose.formaal = cell.purpose
LEFT JOIN distributed
    ON distributed.purpose = cell.purpose
    AND (distributed.year IS NOT DISTINCT FROM cell.year)
    AND distributed.geo_code = cell.geo_code
-- A part has its pool's channel.
LEFT JOIN channel
    ON channel.purpose = CASE WHEN purpose.er_delformaal THEN purpose.pulje ELSE cell.purpose END
    AND (channel.year IS NOT DISTINCT FROM cell.year)
LEFT JOIN spent
    ON spent.purpose = cell.purpose
    AND spent.year = cell.year
    AND spent.geo_code = cell.geo_code
