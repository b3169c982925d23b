-- One row is how many clinics, tenders and trials run on the reference date, or are left out; how many provider numbers were
-- given in the year before; how many tenders of single services run; and how many trials have begun, which are counted here,
-- since their indicator is of the longest alone.
SELECT 'alternativ_drift' AS table_name, 'clinic' AS used_by, 'used' AS rule, COUNT(*) AS row_count
FROM clinic
WHERE year = $year
UNION ALL
SELECT 'alternativ_drift', 'clinic', 'not_running_on_the_reference_date', COUNT(*)
FROM alternativ_drift AS source
WHERE source.start_dato > $reference_date OR source.slut_dato <= $reference_date
UNION ALL
SELECT 'alternativ_drift', 'new_provider_number', 'used', COUNT(*)
FROM new_provider_number
WHERE year = $year - 1
UNION ALL
SELECT
    'alternativ_drift',
    'new_provider_number',
    CASE WHEN driftsform = 'NYT_YDERNR' THEN 'given_in_another_year' ELSE 'another_form' END,
    COUNT(*)
FROM alternativ_drift
WHERE driftsform <> 'NYT_YDERNR' OR DATE_PART('year', start_dato) <> $year - 1
GROUP BY CASE WHEN driftsform = 'NYT_YDERNR' THEN 'given_in_another_year' ELSE 'another_form' END
UNION ALL
SELECT
    'alternativ_drift',
    'd19_overenskomst_afsoegt_pct',
    'used',
    CAST(COALESCE(SUM(denominator), 0) AS BIGINT) + COALESCE(SUM(missing), 0)
FROM d19_overenskomst_afsoegt_pct
WHERE year = $year
UNION ALL
SELECT
    'alternativ_drift',
    'd19_overenskomst_afsoegt_pct',
    CASE WHEN driftsform = 'ENKELTYDELSE' THEN 'not_running_on_the_reference_date' ELSE 'another_form' END,
    COUNT(*)
FROM alternativ_drift
WHERE driftsform <> 'ENKELTYDELSE' OR start_dato > $reference_date OR slut_dato <= $reference_date
GROUP BY CASE WHEN driftsform = 'ENKELTYDELSE' THEN 'not_running_on_the_reference_date' ELSE 'another_form' END
UNION ALL
SELECT
    'alternativ_drift',
    'd4_forsoeg_evaluering',
    CASE
        WHEN driftsform <> 'FORSOEG_233' THEN 'another_form'
        WHEN start_dato > $reference_date THEN 'begins_after_the_reference_date'
        ELSE 'used'
    END,
    COUNT(*)
FROM alternativ_drift
GROUP BY
    CASE
        WHEN driftsform <> 'FORSOEG_233' THEN 'another_form'
        WHEN start_dato > $reference_date THEN 'begins_after_the_reference_date'
        ELSE 'used'
    END
