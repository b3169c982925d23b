-- One row is a year in which many of the insured of group 1 are no residents of the reference date.
-- severity: warn
-- remedy: Look whether sikrede and bef are of one country and one kind of person number: researchers' numbers meet no others.
WITH insured AS (
    SELECT
        serves,
        SUM(CASE WHEN rule = 'no_resident_on_the_reference_date' THEN row_count ELSE 0 END) AS no_residents,
        SUM(row_count) AS insured
    FROM row_use
    WHERE table_name = 'sikret' AND rule IN ('used', 'no_resident_on_the_reference_date')
    GROUP BY serves
)

SELECT insured.serves, insured.no_residents, insured.insured
FROM insured
INNER JOIN taerskel AS most
    ON most.taerskel = 'sikrede_uden_bopael_hoejst_pct'
WHERE 100 * insured.no_residents > most.vaerdi * insured.insured
