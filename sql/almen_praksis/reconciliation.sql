-- One row is a published figure beside the derived one, with the tolerance that its wording gives, or the reason why
-- there is none.
WITH figure AS (
    SELECT
        published.*,
        published.vaerdi * wording.nedre_faktor + wording.nedre_tillaeg AS lower_limit,
        published.vaerdi * wording.oevre_faktor + wording.oevre_tillaeg AS upper_limit,
        wording.nedre_aaben AS lower_is_open,
        wording.oevre_aaben AS upper_is_open,
        -- Areas short of doctors, and the others, are parts of the country.
        CASE WHEN published.geo_kode IN ('TRUET', 'OEVRIGE') THEN 'DK' ELSE published.geo_kode END AS geo_code,
        CASE published.geo_kode WHEN 'TRUET' THEN 'yes' WHEN 'OEVRIGE' THEN 'no' ELSE 'all' END AS part
    FROM referencevaerdi AS published
    INNER JOIN kvalifikator AS wording
        ON wording.kvalifikator = published.kvalifikator
),

years AS (
    SELECT MIN(year) AS first_year, MAX(year) AS last_year FROM indicator_value
),

derived AS (
    SELECT series.indicator_id, series.geo_code, series.year, series.value, series.obs_status, series.breakdown_value AS part
    FROM indicator_value AS series
    INNER JOIN geo_version AS version_of_the_day
        ON series.geo_version IN ('all', version_of_the_day.geo_version)
        AND version_of_the_day.gyldig_fra <= series.reference_date
        AND (version_of_the_day.gyldig_til IS NULL OR version_of_the_day.gyldig_til > series.reference_date)
    WHERE series.breakdown_dim IN ('all', 'underserved')
    UNION ALL
    SELECT earlier.indicator_id, earlier.geo_code, CAST(earlier.year AS INTEGER), earlier.value, 'A', 'all'
    FROM earlier_value AS earlier
    CROSS JOIN years
    WHERE earlier.year < years.first_year
),

beside AS (
    SELECT
        figure.*,
        derived.value AS derived_value,
        derived.obs_status,
        definition.indicator_id IS NOT NULL AS has_indicator,
        figure.aar BETWEEN years.first_year AND years.last_year AS is_within_years
    FROM figure
    CROSS JOIN years
    LEFT JOIN indicator_definition AS definition
        ON definition.indicator_id = figure.indikator_id
    LEFT JOIN derived
        ON derived.indicator_id = figure.indikator_id
        AND derived.geo_code = figure.geo_code
        AND derived.part = figure.part
        AND derived.year = figure.aar
),

judged AS (
    SELECT
        *,
        CASE
            WHEN art <> 'figure' OR derived_value IS NULL THEN 'not_derivable'
            WHEN derived_value < CAST(lower_limit AS DOUBLE) THEN 'differs'
            WHEN derived_value > CAST(upper_limit AS DOUBLE) THEN 'differs'
            WHEN lower_is_open AND derived_value = CAST(lower_limit AS DOUBLE) THEN 'differs'
            WHEN upper_is_open AND derived_value = CAST(upper_limit AS DOUBLE) THEN 'differs'
            ELSE 'agrees'
        END AS verdict
    FROM beside
)

SELECT
    judged.figur_id AS figure_id,
    judged.indikator_id AS indicator_id,
    judged.geo_kode AS geo_code,
    CAST(judged.aar AS INTEGER) AS year,
    CAST(judged.vaerdi AS DOUBLE) AS published_value,
    judged.derived_value,
    judged.derived_value - CAST(judged.vaerdi AS DOUBLE) AS difference,
    judged.enhed AS unit,
    judged.kvalifikator AS qualifier,
    CAST(judged.lower_limit AS DOUBLE) AS lower_limit,
    CAST(judged.upper_limit AS DOUBLE) AS upper_limit,
    judged.verdict,
    CASE
        WHEN judged.art = 'target' THEN 'a target: goal_progress follows it'
        WHEN judged.art = 'limit' THEN 'a limit: the indicator is held against it'
        WHEN judged.art = 'projection' THEN 'a projection'
        WHEN judged.art = 'text' THEN 'a number about the text or the decision itself'
        WHEN judged.art = 'unclear' THEN 'the document does not say of whom'
        -- Both can't hold. It excuses this one only as long as the other does.
        WHEN judged.verdict = 'differs' AND other.verdict = 'agrees'
            THEN CONCAT('the document says the same of another group, which agrees: ', other.figur_id)
        WHEN judged.derived_value IS NOT NULL THEN NULL
        WHEN NOT judged.has_indicator THEN 'no register here has it'
        WHEN judged.obs_status = 'L' THEN 'the extracts are a sample'
        WHEN NOT judged.is_within_years THEN 'outside the years of the extracts'
        WHEN waiting.indicator_id IS NOT NULL THEN 'awaited: an extract behind it has not come'
        ELSE 'no value in that year'
    END AS reason,
    judged.citat AS quote,
    judged.kilde AS source
FROM judged
LEFT JOIN judged AS other
    ON other.figur_id = judged.samme_tal_om
LEFT JOIN (SELECT DISTINCT indicator_id, year FROM awaited) AS waiting
    ON waiting.indicator_id = judged.indikator_id
    AND waiting.year = judged.aar
LEFT JOIN left_out
    ON left_out.model = judged.indikator_id
WHERE left_out.model IS NULL
