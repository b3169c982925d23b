-- One row is what the residents of a place had of a kind of service in general practice in the year, or of all kinds,
-- beside how many live there on the reference date, and what others had at the place's practices; a kind that nobody had
-- is none.
WITH residents AS (
    SELECT place_code, COUNT(*) AS residents
    FROM resident
    WHERE year = $year
    GROUP BY place_code
),

place AS (
    SELECT place_code FROM residents
    UNION
    SELECT place_code FROM activity WHERE year = $year AND place_code IS NOT NULL
),

kind AS (
    SELECT DISTINCT code.kategori AS category FROM ydelseskode AS code
    UNION ALL
    SELECT 'all'
)

SELECT
    $year AS year,
    place.place_code,
    kind.category,
    COALESCE(had.contacts, 0) AS contacts,
    COALESCE(had.services, 0) AS services,
    COALESCE(had.contact_squares, 0) AS contact_squares,
    COALESCE(had.service_squares, 0) AS service_squares,
    COALESCE(residents.residents, 0) AS residents,
    COALESCE(other.contacts, 0) AS contacts_of_others,
    COALESCE(other.services, 0) AS services_of_others
FROM place
CROSS JOIN kind
LEFT JOIN residents
    ON residents.place_code = place.place_code
LEFT JOIN activity AS had
    ON had.year = $year
    AND had.place_code = place.place_code
    AND had.category = kind.category
    AND had.is_resident
LEFT JOIN activity AS other
    ON other.year = $year
    AND other.place_code = place.place_code
    AND other.category = kind.category
    AND NOT other.is_resident
