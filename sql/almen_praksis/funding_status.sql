-- One row is a purpose's money of a year in a geography: appropriated, distributed, spent and accounted for.
-- Without the regions' shares of the block grant only the country has an appropriation, and the row says so.
WITH granted AS (
    SELECT money.pool, money.purpose, money.grant_year AS year, SUM(money.million_kr) AS million_kr
    FROM appropriation AS money
    GROUP BY money.pool, money.purpose, money.grant_year
),

distributed AS (
    SELECT granted.pool, granted.purpose, granted.year, share.geo_kode AS geo_code, granted.million_kr * share.andel AS million_kr
    FROM granted
    INNER JOIN bloktilskudsnoegle AS share
        ON share.aar = granted.year
    WHERE share.geo_kode <> 'DK'
),

posting AS (
    SELECT
        pulje AS pool,
        formaal AS purpose,
        aar AS year,
        regionskode AS region_code,
        forbrug_kr,
        regnskab_dato IS NOT NULL AS is_accounted,
        -- Accounts are due three months after the money was used.
        regnskab_dato IS NOT NULL AND regnskab_dato <= anvendt_dato + INTERVAL '3 months' AS is_in_time
    FROM regnskab
),

spent AS (
    SELECT
        posting.pool,
        posting.purpose,
        posting.year,
        geography.geo_code,
        SUM(posting.forbrug_kr) / 1000000 AS million_kr,
        COALESCE(SUM(posting.forbrug_kr) FILTER (WHERE posting.is_accounted), 0) / 1000000 AS accounted_million_kr,
        COALESCE(SUM(posting.forbrug_kr) FILTER (WHERE posting.is_in_time), 0) / 1000000 AS in_time_million_kr
    FROM posting
    INNER JOIN (
        SELECT regionskode AS region_code, regionskode AS geo_code FROM region
        UNION
        SELECT regionskode, 'DK' FROM region
    ) AS geography
        ON geography.region_code = posting.region_code
    GROUP BY posting.pool, posting.purpose, posting.year, geography.geo_code
),

cell AS (
    SELECT pool, purpose, year, 'DK' AS geo_code FROM granted
    UNION
    SELECT pool, purpose, year, geo_code FROM distributed
    UNION
    SELECT pool, purpose, year, geo_code FROM spent
)

SELECT
    cell.purpose AS purpose_id,
    COALESCE(CAST(cell.year AS INTEGER), 0) AS year,
    cell.geo_code,
    cell.pool,
    purpose.navn_da AS title_da,
    purpose.navn_en AS title_en,
    CAST(CASE WHEN cell.geo_code = 'DK' THEN granted.million_kr ELSE distributed.million_kr END AS DECIMAL(18, 6)) AS appropriated_million_kr,
    CAST(spent.million_kr AS DECIMAL(18, 6)) AS spent_million_kr,
    CAST(spent.accounted_million_kr AS DECIMAL(18, 6)) AS accounted_million_kr,
    CAST(spent.in_time_million_kr AS DECIMAL(18, 6)) AS accounted_in_time_million_kr,
    CASE
        WHEN cell.geo_code <> 'DK' AND distributed.million_kr IS NULL THEN 'no key for the region'
        WHEN spent.million_kr IS NULL THEN 'no account'
        WHEN spent.accounted_million_kr < spent.million_kr THEN 'partly accounted'
        WHEN spent.in_time_million_kr < spent.million_kr THEN 'accounted, partly late'
        ELSE 'accounted in time'
    END AS status,
    purpose.kilde AS source
FROM cell
INNER JOIN bevillingsformaal AS purpose
    ON purpose.formaal = cell.purpose
LEFT JOIN granted
    ON granted.purpose = cell.purpose AND granted.year IS NOT DISTINCT FROM cell.year
LEFT JOIN distributed
    ON distributed.purpose = cell.purpose AND distributed.year = cell.year AND distributed.geo_code = cell.geo_code
LEFT JOIN spent
    ON spent.purpose = cell.purpose AND spent.year = cell.year AND spent.geo_code = cell.geo_code
