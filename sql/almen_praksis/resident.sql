-- One row is a person who lived in the country on the reference date.
SELECT $year AS year, person_id, kommunekode AS place_code, alder AS age
FROM bef
