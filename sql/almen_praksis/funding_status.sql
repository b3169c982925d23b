-- One row is a purpose's money of a year in a geography: appropriated, distributed, spent and accounted for. No purpose
-- is a part of another, so that sums over the purposes count no krone twice.
SELECT
    purpose_id,
    period,
    geo_code,
    year,
    pool,
    title_da,
    title_en,
    appropriated_million_kr,
    spent_million_kr,
    accounted_million_kr,
    accounted_in_time_million_kr,
    status,
    source
FROM funding
WHERE NOT is_part
