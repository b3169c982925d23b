-- One row is a region's doctors of 65 and over who are exempted from accreditation by the day of the year's extract,
-- since they have announced that they will stop; those who have taken the announcement back stand once more.
SELECT
    regionskode AS geo_code,
    'all' AS breakdown_dim,
    'all' AS breakdown_value,
    COUNT(DISTINCT CASE WHEN varslet_ophoer IS NOT NULL THEN person_id END) AS numerator
FROM akkreditering_65plus
WHERE fritaget_dato IS NOT NULL
GROUP BY regionskode
UNION ALL
SELECT regionskode, 'outcome', 'taken_back', COUNT(DISTINCT person_id)
FROM akkreditering_65plus
WHERE fritaget_dato IS NOT NULL AND varslet_ophoer IS NOT NULL AND ophoer_annulleret_dato IS NOT NULL
GROUP BY regionskode
