-- One row is a milestone with what was known of it on the reference date.
-- Where the documents tell no outcome the state is unknown, and never taken for a failure.
SELECT
    $year AS year,
    $reference_date AS reference_date,
    milepael_id AS milestone_id,
    indikator_id AS indicator_id,
    frist AS due_date,
    opfyldt_dato AS met_date,
    CASE
        WHEN opfyldt_dato <= $reference_date THEN 'met'
        WHEN status = 'BORTFALDET' THEN 'lapsed'
        WHEN frist IS NULL THEN 'no_deadline'
        WHEN frist >= $reference_date THEN 'not_due'
        WHEN opfyldt_dato IS NULL AND status = 'UOPLYST' THEN 'unknown'
        ELSE 'overdue'
    END AS state,
    CASE
        WHEN frist < LEAST(COALESCE(opfyldt_dato, $reference_date), $reference_date)
            AND (opfyldt_dato IS NOT NULL OR status NOT IN ('UOPLYST', 'BORTFALDET'))
            THEN CAST(LEAST(COALESCE(opfyldt_dato, $reference_date), $reference_date) - frist AS BIGINT)
    END AS days_late
FROM milepael
