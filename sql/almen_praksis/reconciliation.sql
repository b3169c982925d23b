-- One row is a published figure beside the derived one, with the tolerance that its wording gives.
WITH figure AS (
    SELECT
        published.*,
        published.vaerdi * wording.nedre_faktor + wording.nedre_tillaeg AS lower_limit,
        published.vaerdi * wording.oevre_faktor + wording.oevre_tillaeg AS upper_limit,
        wording.nedre_aaben AS lower_is_open,
        wording.oevre_aaben AS upper_is_open
    FROM referencevaerdi AS published
    INNER JOIN kvalifikator AS wording
        ON wording.kvalifikator = published.kvalifikator
),

derived AS (
    SELECT series.indicator_id, series.geo_code, series.year, series.value
    FROM indicator_value AS series
    INNER JOIN geo_version AS version_of_the_day
        ON version_of_the_day.geo_version = series.geo_version
        AND version_of_the_day.gyldig_fra <= series.reference_date
        AND (version_of_the_day.gyldig_til IS NULL OR version_of_the_day.gyldig_til > series.reference_date)
    WHERE series.breakdown_dim = 'all'
)

SELECT
    figure.figur_id AS figure_id,
    figure.indikator_id AS indicator_id,
    figure.geo_kode AS geo_code,
    CAST(figure.aar AS INTEGER) AS year,
    CAST(figure.vaerdi AS DOUBLE) AS published_value,
    derived.value AS derived_value,
    derived.value - CAST(figure.vaerdi AS DOUBLE) AS difference,
    figure.enhed AS unit,
    figure.kvalifikator AS qualifier,
    CAST(figure.lower_limit AS DOUBLE) AS lower_limit,
    CAST(figure.upper_limit AS DOUBLE) AS upper_limit,
    CASE
        WHEN derived.value IS NULL THEN 'not_derivable'
        WHEN derived.value < CAST(figure.lower_limit AS DOUBLE) THEN 'differs'
        WHEN derived.value > CAST(figure.upper_limit AS DOUBLE) THEN 'differs'
        WHEN figure.lower_is_open AND derived.value = CAST(figure.lower_limit AS DOUBLE) THEN 'differs'
        WHEN figure.upper_is_open AND derived.value = CAST(figure.upper_limit AS DOUBLE) THEN 'differs'
        ELSE 'agrees'
    END AS verdict,
    figure.citat AS quote,
    figure.kilde AS source
FROM figure
LEFT JOIN derived
    ON derived.indicator_id = figure.indikator_id
    AND derived.geo_code = figure.geo_kode
    AND derived.year = figure.aar
