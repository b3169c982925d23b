-- One row is a region's doctors of 65 and over who have announced by the day of the year's extract that they will stop, and
-- are exempted for it.
SELECT regionskode AS geo_code, COUNT(DISTINCT CASE WHEN varslet_ophoer IS NOT NULL THEN person_id END) AS numerator
FROM akkreditering_65plus
GROUP BY regionskode
