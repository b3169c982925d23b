-- One row is a milestone with what is known of it on the reference date.
-- A document tells of the days until it was written. Where no document gives the day on which a milestone was met,
-- nobody tells of it after that: the state is unknown once a deadline has passed or where there is none, and it is never
-- taken for a failure.
WITH told AS (
    SELECT
        milestone.*,
        milestone.opfyldt_dato IS NOT NULL
        OR milestone.status = 'BORTFALDET'
        OR $reference_date <= document.skrevet_senest AS is_told
    FROM milepael AS milestone
    INNER JOIN dokument AS document
        ON document.dokument_id = milestone.dokument
)

SELECT
    $year AS year,
    $reference_date AS reference_date,
    milepael_id AS milestone_id,
    indikator_id AS indicator_id,
    frist AS due_date,
    opfyldt_dato AS met_date,
    is_told,
    CASE
        WHEN opfyldt_dato <= $reference_date THEN 'met'
        WHEN status = 'BORTFALDET' THEN 'lapsed'
        WHEN frist >= $reference_date THEN 'not_due'
        WHEN NOT is_told AND status <> 'FORSINKET' THEN 'unknown'
        WHEN frist IS NULL THEN 'no_deadline'
        ELSE 'overdue'
    END AS state,
    CASE
        WHEN frist < LEAST(COALESCE(opfyldt_dato, $reference_date), $reference_date)
            AND status <> 'BORTFALDET'
            AND (is_told OR status = 'FORSINKET')
            THEN CAST(LEAST(COALESCE(opfyldt_dato, $reference_date), $reference_date) - frist AS BIGINT)
    END AS days_late
FROM told
