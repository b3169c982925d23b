-- One row is what the residents of a place had of a kind of service in general practice in the year, beside how many live
-- there on the reference date; a kind that nobody had is none.
WITH residents AS (
    SELECT place_code, COUNT(*) AS residents
    FROM resident
    WHERE year = $year
    GROUP BY place_code
),

kind AS (
    SELECT DISTINCT code.kategori AS category FROM ydelseskode AS code
)

SELECT
    $year AS year,
    residents.place_code,
    kind.category,
    COALESCE(activity.contacts, 0) AS contacts,
    COALESCE(activity.services, 0) AS services,
    residents.residents
FROM residents
CROSS JOIN kind
LEFT JOIN activity
    ON activity.year = $year
    AND activity.place_code = residents.place_code
    AND activity.category = kind.category
