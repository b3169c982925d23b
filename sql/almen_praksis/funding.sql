-- One row is a purpose's money of a year in a geography: appropriated, distributed, spent and accounted for.
-- A purpose is a part where another purpose has the whole; what is spent on a part counts in both rows, so the parts are
-- published apart from the wholes. What is not split by year has no year.
-- What was used of a year is known only where the year's accounts are there: without them nothing is summed, and the row is
-- `awaited`, never one that nobody accounted for.
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

-- The years whose accounts are there. Of a year that the pipeline doesn't have its postings say that they came: nobody waits
-- for it, and what was used is not known without them all the same.
told AS (
    SELECT year FROM source_year WHERE source = 'regnskab' AND state = 'delivered'
    UNION
    SELECT spending.year
    FROM spending
    LEFT JOIN source_year AS known
        ON known.source = 'regnskab'
        AND known.year = spending.year
    WHERE known.year IS NULL
),

-- What awaits its year's accounts: every purpose and part that has money, but of pools that the documents ask no account of.
waiting AS (
    SELECT DISTINCT purpose_part.part AS purpose, channel.year
    FROM channel
    INNER JOIN bevillingsformaal AS asked
        ON asked.formaal = channel.purpose
    INNER JOIN purpose_part
        ON purpose_part.purpose = channel.purpose
    LEFT JOIN told
        ON told.year = channel.year
    WHERE channel.year IS NOT NULL
        AND told.year IS NULL
        AND channel.has_money
        AND (asked.kraever_regnskab OR channel.is_pool IS NOT TRUE)
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
    INNER JOIN told
        ON told.year = spending.year
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
    UNION
    -- What is awaited stands in the country and in the regions of its year, as it will when it comes.
    SELECT waiting.purpose, waiting.year, geography_part.geo_code
    FROM waiting
    INNER JOIN region
        ON DATE_PART('year', region.gyldig_fra) <= waiting.year
        AND (region.gyldig_til IS NULL OR DATE_PART('year', region.gyldig_til) > waiting.year)
    INNER JOIN geography_part
        ON geography_part.region_code = region.regionskode
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
        WHEN waiting.purpose IS NOT NULL THEN 'awaited'
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
LEFT JOIN waiting
    ON waiting.purpose = cell.purpose
    AND waiting.year = cell.year
