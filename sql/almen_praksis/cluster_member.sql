-- One row is a doctor with a membership of a quality cluster on the reference date.
SELECT DISTINCT $year AS year, person_id
FROM klynge
WHERE indmeldt <= $reference_date AND (udmeldt IS NULL OR udmeldt > $reference_date)
