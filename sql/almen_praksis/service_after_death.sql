-- One row is a person with services of the year after death, by the civil register: given after it where their day is
-- told, else in a year that began some months later, since services are billed some weeks after they were given.
-- A death of which the day is not known judges nothing.
SELECT $year AS year, line.person_id, dead.dead_since, COUNT(*) AS lines
FROM sssy AS line
INNER JOIN (
    SELECT
        person_id,
        MIN(TRY_CAST(CONCAT_WS('-', SUBSTRING(statusdato, 1, 4), SUBSTRING(statusdato, 5, 2), SUBSTRING(statusdato, 7, 2)) AS DATE))
            AS dead_since
    FROM cpr_person
    WHERE status = '90'
    GROUP BY person_id
) AS dead
    ON dead.person_id = line.person_id
    AND (line.behandlingsdato > dead.dead_since OR dead.dead_since < $reference_date - INTERVAL '3 months')
GROUP BY line.person_id, dead.dead_since
