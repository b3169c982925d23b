-- One row is a geography's practising doctors, those who own a practice, each counted once, and those of them in a
-- practice that used a digital tool in the year: opened it at all, or shared by it in the last quarter. Each element of
-- the tool has its row, and the tool as a whole under `all`: those who used any of its elements, and those who used every
-- one.
WITH doctor AS (
    SELECT DISTINCT geo_level, geo_code, geo_version, person_id, ydernr
    FROM doctor_in_geography
    WHERE year = $year AND role = 'EJER'
),

known AS (
    SELECT vaerktoej AS tool, element, COUNT(*) OVER (PARTITION BY vaerktoej) AS elements
    FROM digitalt_vaerktoej
),

-- An owner of two practices may use one element in each.
by_doctor AS (
    SELECT
        known.tool,
        known.element,
        known.elements,
        doctor.geo_level,
        doctor.geo_code,
        doctor.geo_version,
        doctor.person_id,
        BOOL_OR(COALESCE(used.was_opened, false)) AS opened,
        BOOL_OR(COALESCE(used.has_shared_last_quarter, false)) AS shared
    FROM doctor
    CROSS JOIN known
    LEFT JOIN tool_use AS used
        ON used.year = $year
        AND used.ydernr = doctor.ydernr
        AND used.tool = known.tool
        AND used.element = known.element
    GROUP BY
        known.tool,
        known.element,
        known.elements,
        doctor.geo_level,
        doctor.geo_code,
        doctor.geo_version,
        doctor.person_id
),

of_tool AS (
    SELECT
        tool,
        geo_level,
        geo_code,
        geo_version,
        person_id,
        COUNT(*) FILTER (WHERE opened) AS opened,
        COUNT(*) FILTER (WHERE shared) AS shared,
        MAX(elements) AS elements
    FROM by_doctor
    GROUP BY tool, geo_level, geo_code, geo_version, person_id
),

counted AS (
    SELECT
        tool,
        element,
        geo_level,
        geo_code,
        geo_version,
        opened,
        opened AS opened_every,
        shared,
        shared AS shared_every
    FROM by_doctor
    UNION ALL
    SELECT
        tool,
        'all',
        geo_level,
        geo_code,
        geo_version,
        opened > 0,
        opened = elements,
        shared > 0,
        shared = elements
    FROM of_tool
)

SELECT
    $year AS year,
    tool,
    element,
    geo_level,
    geo_code,
    geo_version,
    COUNT(*) FILTER (WHERE opened) AS opened,
    COUNT(*) FILTER (WHERE opened_every) AS opened_every,
    COUNT(*) FILTER (WHERE shared) AS shared,
    COUNT(*) FILTER (WHERE shared_every) AS shared_every,
    COUNT(*) AS doctors
FROM counted
GROUP BY tool, element, geo_level, geo_code, geo_version
