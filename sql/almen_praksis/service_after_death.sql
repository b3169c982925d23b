-- One row is a person with services of the year who had died some months before it began, by the civil register.
SELECT $year AS year, line.person_id, dead.dead_since, COUNT(*) AS lines
FROM sssy AS line
INNER JOIN (
    SELECT person.person_id, MIN(TO_DATE(SUBSTRING(person.statusdato, 1, 8), '%Y%m%d')) AS dead_since
    FROM cpr_person AS person
    WHERE person.status = '90'
    GROUP BY person.person_id
) AS dead
    ON dead.person_id = line.person_id
    -- Services are billed some weeks after they were given.
    AND dead.dead_since < $reference_date - INTERVAL '3 months'
GROUP BY line.person_id, dead.dead_since
