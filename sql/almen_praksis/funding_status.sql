-- One row is a purpose's money of a year in a geography: appropriated, distributed, spent and accounted for.
-- A pool that was appropriated as a whole is spent on parts of it: what is spent counts under the part and the pool.
-- Only a pool's money has to be accounted for within some months; the block grant has no such day.
WITH duty AS (
    SELECT MAX(target_value) AS months FROM target_definition WHERE indicator_id = 'd11_regnskab_frist'
),

distributed AS (
    SELECT granted.purpose, granted.grant_year AS year, granted.geo_code, granted.million_kr
    FROM appropriation AS granted
    UNION ALL
    -- Without the regions' shares of the block grant only the country has an appropriation.
    SELECT granted.purpose, granted.grant_year, share.geo_kode, granted.million_kr * share.andel
    FROM appropriation AS granted
    INNER JOIN bloktilskudsnoegle AS share
        ON share.aar = granted.grant_year
    WHERE granted.geo_code = 'DK' AND share.geo_kode <> 'DK'
),

channel AS (
    SELECT purpose, grant_year AS year, MAX(channel) = 'PULJE' AS is_pool
    FROM appropriation
    GROUP BY purpose, grant_year
),

purpose_part AS (
    SELECT formaal AS part, formaal AS purpose FROM bevillingsformaal
    UNION ALL
    SELECT formaal, pulje FROM bevillingsformaal WHERE er_delformaal AND formaal <> pulje
),

geography_part AS (
    SELECT regionskode AS region_code, regionskode AS geo_code FROM region
    UNION
    SELECT regionskode, 'DK' FROM region
),

spent AS (
    SELECT
        purpose_part.purpose,
        posting.year,
        geography_part.geo_code,
        SUM(posting.forbrug_kr) / 1000000 AS million_kr,
        COALESCE(SUM(posting.forbrug_kr) FILTER (WHERE posting.is_accounted), 0) / 1000000 AS accounted_million_kr,
        COALESCE(SUM(posting.forbrug_kr) FILTER (WHERE posting.months_to_account <= duty.months), 0) / 1000000 AS in_time_million_kr,
        BOOL_AND(posting.is_accounted) AS is_accounted,
        BOOL_AND(COALESCE(posting.months_to_account <= duty.months, false)) AS is_in_time
    FROM posting
    CROSS JOIN duty
    INNER JOIN purpose_part
        ON purpose_part.part = posting.purpose
    INNER JOIN geography_part
        ON geography_part.region_code = posting.region_code
    GROUP BY purpose_part.purpose, posting.year, geography_part.geo_code
),

cell AS (
    SELECT purpose, year, geo_code FROM distributed
    UNION
    SELECT purpose, year, geo_code FROM spent
)

SELECT
    cell.purpose AS purpose_id,
    COALESCE(CAST(cell.year AS INTEGER), 0) AS year,
    cell.geo_code,
    purpose.pulje AS pool,
    purpose.navn_da AS title_da,
    purpose.navn_en AS title_en,
    CAST(distributed.million_kr AS DECIMAL(18, 6)) AS appropriated_million_kr,
    CAST(spent.million_kr AS DECIMAL(18, 6)) AS spent_million_kr,
    CAST(spent.accounted_million_kr AS DECIMAL(18, 6)) AS accounted_million_kr,
    CAST(CASE WHEN channel.is_pool THEN spent.in_time_million_kr END AS DECIMAL(18, 6)) AS accounted_in_time_million_kr,
    CASE
        WHEN spent.million_kr IS NULL THEN 'no account'
        WHEN NOT spent.is_accounted THEN 'partly accounted'
        WHEN channel.is_pool AND spent.is_in_time THEN 'accounted in time'
        WHEN channel.is_pool THEN 'accounted, partly late'
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
