-- One row is the country's longest time from a trial's start to its evaluation, or to the reference date while there is
-- none, in months, and the months of a year. A trial that has ended without one still owes it. Before the first
-- trial there is no time.
WITH trial AS (
    SELECT $year AS year, start_dato AS started, LEAST(COALESCE(evalueret_dato, $reference_date), $reference_date) AS evaluated
    FROM alternativ_drift
    WHERE driftsform = 'FORSOEG_233' AND start_dato <= $reference_date
)

SELECT
    'country' AS geo_level,
    national.geo_code,
    national.geo_version,
    MAX(
        12 * (DATE_PART('year', trial.evaluated) - DATE_PART('year', trial.started))
        + (DATE_PART('month', trial.evaluated) - DATE_PART('month', trial.started))
        + (DATE_PART('day', trial.evaluated) - DATE_PART('day', trial.started)) / CAST(31 AS DOUBLE)
    ) AS numerator,
    12 AS denominator
FROM national
CROSS JOIN (SELECT COUNT(*) AS lines FROM alternativ_drift) AS extract
LEFT JOIN trial
    ON trial.year = national.year
WHERE national.year = $year AND extract.lines > 0
GROUP BY national.geo_code, national.geo_version
