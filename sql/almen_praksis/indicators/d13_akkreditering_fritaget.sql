-- One row is a region's doctors of 65 and over who are exempted from accreditation on the reference date.
SELECT regionskode AS geo_code, COUNT(DISTINCT CASE WHEN fritaget_dato <= $reference_date THEN person_id END) AS numerator
FROM akkreditering_65plus
GROUP BY regionskode
