-- One row is what the residents of a place had of a kind of contact in general practice in the year.
SELECT
    resident.year,
    resident.place_code,
    service.category,
    SUM(service.contacts) AS contacts,
    SUM(service.services) AS services
FROM service
INNER JOIN resident
    ON resident.person_id = service.person_id
    AND resident.year = service.year
WHERE service.year = $year
GROUP BY resident.year, resident.place_code, service.category
