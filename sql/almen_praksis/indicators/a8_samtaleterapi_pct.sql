-- One row is a place's residents with a contact in the year, and those of them who had talk therapy.
SELECT
    resident.place_code AS geo_code,
    COUNT(DISTINCT CASE WHEN service.category = 'samtaleterapi' THEN service.person_id END) AS numerator,
    COUNT(DISTINCT CASE WHEN service.contacts > 0 THEN service.person_id END) AS denominator
FROM service
INNER JOIN resident
    ON resident.person_id = service.person_id
    AND resident.year = service.year
WHERE service.year = $year
GROUP BY resident.place_code
