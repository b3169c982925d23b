-- One row is how many older doctors in the accreditation's list are exempted, or left out.
SELECT
    'akkreditering_65plus' AS table_name,
    'd13_akkreditering_fritaget' AS used_by,
    CASE
        WHEN fritaget_dato IS NULL THEN 'not_exempted'
        WHEN fritaget_dato > $reference_date THEN 'exempted_after_the_reference_date'
        WHEN varslet_ophoer IS NULL THEN 'not_announced_to_stop'
        ELSE 'used'
    END AS rule,
    COUNT(*) AS row_count
FROM akkreditering_65plus
GROUP BY
    CASE
        WHEN fritaget_dato IS NULL THEN 'not_exempted'
        WHEN fritaget_dato > $reference_date THEN 'exempted_after_the_reference_date'
        WHEN varslet_ophoer IS NULL THEN 'not_announced_to_stop'
        ELSE 'used'
    END
