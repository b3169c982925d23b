-- One row is the money of a part of a purpose of `funding_status`, of a year in a geography: of which.
SELECT
    purpose_id,
    period,
    geo_code,
    year,
    pool AS part_of,
    title_da,
    title_en,
    appropriated_million_kr,
    spent_million_kr,
    accounted_million_kr,
    accounted_in_time_million_kr,
    status,
    source
FROM funding
WHERE is_part
