-- One row is what persons of a place had of a kind of service in general practice in the year, or of all kinds: residents
-- on the reference date where they live, and others where the practice is, since their municipality is not known.
-- The smaller tables come first, since a join holds its first table in memory.
-- With the sums of the squares of what each person had, for intervals on persons: a person's contacts come together.
WITH had AS (
    SELECT
        service.person_id,
        service.category,
        SUM(service.contacts) AS contacts,
        SUM(service.services) AS services,
        SUM(service.lines) AS lines,
        MIN(practice.place_code) AS practice_place
    FROM practice_in_year AS practice
    RIGHT JOIN service
        ON service.ydernr = practice.ydernr
        AND service.year = practice.year
    WHERE service.year = $year
    GROUP BY service.person_id, service.category
),

person AS (
    SELECT person_id, category, contacts, services, lines, practice_place
    FROM had
    UNION ALL
    SELECT person_id, 'all', SUM(contacts), SUM(services), SUM(lines), MIN(practice_place)
    FROM had
    GROUP BY person_id
)

SELECT
    $year AS year,
    COALESCE(resident.place_code, person.practice_place) AS place_code,
    resident.person_id IS NOT NULL AS is_resident,
    person.category,
    COUNT(*) FILTER (WHERE person.contacts > 0) AS persons,
    SUM(person.contacts) AS contacts,
    SUM(person.services) AS services,
    SUM(person.contacts * person.contacts) AS contact_squares,
    SUM(person.services * person.services) AS service_squares,
    SUM(person.lines) AS lines
FROM resident
RIGHT JOIN person
    ON person.person_id = resident.person_id
    AND resident.year = $year
GROUP BY COALESCE(resident.place_code, person.practice_place), resident.person_id IS NOT NULL, person.category
