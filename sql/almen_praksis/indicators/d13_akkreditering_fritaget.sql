-- One row is a region's doctors of 65 and over who had been exempted from accreditation by the reference date, since they
-- have announced that they will stop; once more by whether the announcement still stood that day or was taken back.
-- The extract is drawn months after the reference date: what it tells of later days does not count in this year.
WITH exempted AS (
    SELECT
        regionskode AS region_code,
        person_id,
        -- A doctor can be registered twice: one announcement that stands is enough.
        BOOL_OR(ophoer_annulleret_dato IS NULL OR ophoer_annulleret_dato > $reference_date) AS stands
    FROM akkreditering_65plus
    WHERE fritaget_dato <= $reference_date AND varslet_ophoer IS NOT NULL
    GROUP BY regionskode, person_id
),

-- Who is registered and not exempted counts nought, so that a region with the register and nobody in it has its nought.
registered AS (
    SELECT DISTINCT regionskode AS region_code FROM akkreditering_65plus
),

counted AS (
    SELECT
        registered.region_code,
        COUNT(exempted.person_id) AS all_exempted,
        COUNT(exempted.person_id) FILTER (WHERE exempted.stands) AS standing
    FROM registered
    LEFT JOIN exempted
        ON exempted.region_code = registered.region_code
    GROUP BY registered.region_code
)

SELECT
    region_code AS geo_code,
    -- The register begins with the scheme.
    DATE '2016-01-01' AS period_start,
    $reference_date AS period_end,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    all_exempted AS numerator
FROM counted
UNION ALL
SELECT region_code, DATE '2016-01-01', $reference_date, 'outcome', 'stands', standing
FROM counted
UNION ALL
SELECT region_code, DATE '2016-01-01', $reference_date, 'outcome', 'taken_back', all_exempted - standing
FROM counted
