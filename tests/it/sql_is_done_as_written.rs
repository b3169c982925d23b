//! SQL is done as it is written, or refused with what to write: nothing of it is passed over, and rows that a join or a
//! grouping pads are sorted, numbered and counted like others.

use crate::support::Told;
use crate::support::small::Small;

const ROWS: &str = "WITH x AS (SELECT * FROM (VALUES (1, 'x', true, DATE '2018-01-31'), (2, 'x', false, DATE '2020-02-29'), \
                    (3, 'y', true, DATE '2018-01-31'), (4, 'y', NULL, NULL), (5, 'z', true, NULL), (6, 'z', true, NULL)) \
                    AS v (id, g, b, day)), y AS (SELECT id + 2 AS id, g FROM x) ";

/// Holds queries to the rows that they give.
fn give(queries: &[(&str, &str)]) {
    let small = Small::published();
    for (query, right) in queries {
        let rows = small.0.succeeds(&["sql", &format!("{ROWS}{query}"), "--format", "csv"]);
        let rows: Vec<&str> = rows.stdout.lines().skip(1).collect();
        assert_eq!(rows.join(" "), *right, "{query}");
    }
}

#[test]
fn padded_rows_are_no_constants() {
    give(&[
        (
            "SELECT x.id AS a, COALESCE(y.k, '-') AS k, ROW_NUMBER() OVER (PARTITION BY COALESCE(y.k, '-') ORDER BY x.id) AS nr \
             FROM x LEFT JOIN (SELECT id, 'k' AS k FROM x WHERE id % 3 = 0) AS y ON x.id = y.id ORDER BY a",
            "1,-,1 2,-,2 3,k,1 4,-,3 5,-,4 6,k,2",
        ),
        (
            "SELECT x.id AS a, y.id AS c FROM x LEFT JOIN (SELECT id FROM x WHERE id = 3) AS y ON x.id = y.id \
             ORDER BY c NULLS FIRST, a LIMIT 3",
            "1, 2, 4,",
        ),
        (
            "SELECT x.id AS a, y.g AS c FROM (SELECT id, g FROM x WHERE g = 'z') AS y RIGHT JOIN x ON x.id = y.id \
             ORDER BY c NULLS FIRST, a DESC LIMIT 3",
            "4, 3, 2,",
        ),
        (
            "SELECT l.g AS c, r.id AS a FROM (SELECT id, g FROM x WHERE g = 'z') AS l FULL JOIN x AS r ON l.id = r.id + 1 \
             ORDER BY c NULLS FIRST, a DESC LIMIT 2",
            ",6 ,3",
        ),
        (
            "SELECT g, b, n, RANK() OVER (ORDER BY g) AS r FROM (SELECT g, b, COUNT(*) AS n FROM x WHERE g = 'x' \
             GROUP BY ROLLUP (g, b)) AS q ORDER BY 1, 2",
            "x,false,1,1 x,true,1,1 x,,2,1 ,,2,4",
        ),
        (
            "SELECT x.id AS a, y.k AS k FROM x LEFT JOIN (SELECT id, 'k' AS k FROM x WHERE id % 3 = 0) AS y ON x.id = y.id \
             ORDER BY y.k, x.id",
            "3,k 6,k 1, 2, 4, 5,",
        ),
        (
            "SELECT x.id AS a, y.id AS b FROM x FULL JOIN (SELECT id FROM x WHERE id = 3) AS y ON x.id = y.id ORDER BY b, a DESC",
            "3,3 6, 5, 4, 2, 1,",
        ),
        (
            "SELECT x.id AS a, ROW_NUMBER() OVER (ORDER BY y.id, x.id) AS r FROM x \
             LEFT JOIN (SELECT id FROM x WHERE id = 3) AS y ON x.id = y.id ORDER BY a",
            "1,2 2,3 3,1 4,4 5,5 6,6",
        ),
        (
            "SELECT x.id AS a, SUM(x.id) OVER (PARTITION BY y.id ORDER BY x.id DESC) AS s FROM x \
             LEFT JOIN (SELECT id FROM x WHERE id = 3) AS y ON x.id = y.id ORDER BY a",
            "1,18 2,17 3,3 4,15 5,11 6,6",
        ),
        ("SELECT id, day - DATE '2018-01-01' AS days FROM x WHERE day - DATE '2018-01-01' > 365", "2,789"),
        ("SELECT x.id FROM x WHERE x.id IN (SELECT id FROM y) OR x.id = 1 ORDER BY 1", "1 3 4 5 6"),
        ("SELECT x.id FROM x WHERE x.id NOT IN (SELECT id FROM y) AND x.id < 6 ORDER BY 1", "1 2"),
        ("SELECT x.id FROM x WHERE x.id = '3'", "3"),
        ("SELECT -id AS id FROM x WHERE id < 4 ORDER BY id", "-3 -2 -1"),
        ("SELECT id FROM x WHERE (b IS DISTINCT FROM true) AND id < 4", "2"),
        (
            "SELECT id, SUM(id) OVER w AS s FROM x WHERE id < 4 WINDOW w AS (PARTITION BY g ORDER BY id) ORDER BY id",
            "1,1 2,3 3,3",
        ),
    ]);
}

#[test]
fn a_subquery_that_finds_no_row_is_null() {
    give(&[
        (
            "SELECT id, COALESCE((SELECT COUNT(*) FROM y WHERE y.id = x.id GROUP BY y.id), 0) AS n FROM x ORDER BY id",
            "1,0 2,0 3,1 4,1 5,1 6,1",
        ),
        ("SELECT id FROM x WHERE (SELECT COUNT(*) FROM y WHERE y.id = x.id GROUP BY y.id) IS NULL ORDER BY id", "1 2"),
        (
            "SELECT id, CASE WHEN (SELECT 1 FROM y WHERE id = 99) IS NULL THEN 'none' END AS k FROM x WHERE id = 1",
            "1,none",
        ),
        ("SELECT id FROM x WHERE COALESCE((SELECT 1 FROM y WHERE id = 99), 0) = 0 AND id < 3 ORDER BY id", "1 2"),
        ("SELECT COALESCE((SELECT 1 FROM y WHERE id = 99), 0) AS c", "0"),
        ("SELECT (SELECT 1 FROM y WHERE id = 99) IS NULL AS c", "true"),
        // A count without GROUP BY has a row where nothing belongs to the row.
        ("SELECT id, (SELECT COUNT(*) FROM y WHERE y.id = x.id) AS n FROM x WHERE id < 4 ORDER BY id", "1,0 2,0 3,1"),
        ("SELECT id FROM x WHERE (SELECT COUNT(*) FROM y WHERE y.id = x.id) = 0 ORDER BY id", "1 2"),
        ("SELECT id FROM x WHERE id IN (SELECT MAX(id) FROM x)", "6"),
        (
            "SELECT id, (SELECT COALESCE(SUM(y.id), 0) FROM y WHERE y.id = x.id) AS n FROM x WHERE id < 4 ORDER BY id",
            "1,0 2,0 3,3",
        ),
    ]);
}

#[test]
fn a_row_of_an_aggregate_is_gone_where_a_filter_takes_it_away() {
    give(&[
        ("SELECT c, n FROM (SELECT 1 AS c, COUNT(*) AS n FROM x) AS a WHERE c = 2", ""),
        ("SELECT c, n FROM (SELECT 1 AS c, COUNT(*) AS n FROM x) AS a WHERE c = 1 AND n > 2", "1,6"),
        ("SELECT COUNT(*) AS n FROM x HAVING (SELECT COUNT(*) FROM x WHERE id > 9) > 0", ""),
        ("SELECT n FROM (SELECT COUNT(*) AS n FROM x) AS a WHERE (SELECT COUNT(*) FROM x WHERE id > 9) > 0", ""),
        (
            "SELECT kind, n FROM (SELECT 'solo' AS kind, COUNT(*) AS n FROM x UNION ALL SELECT 'group', COUNT(*) FROM y) AS k \
             WHERE kind = 'solo'",
            "solo,6",
        ),
        ("SELECT c, g, n FROM (SELECT 'a' AS c, g, COUNT(*) AS n FROM x GROUP BY ROLLUP (g)) AS q WHERE c = 'b'", ""),
        ("SELECT g, COUNT(*) AS n FROM x GROUP BY GROUPING SETS ((g), ()) HAVING (SELECT MAX(id) FROM y) > 9", ""),
        (
            "SELECT a.id, k.kind FROM x AS a LEFT JOIN (SELECT 'solo' AS kind, COUNT(*) AS n FROM y) AS k ON k.kind = 'group' \
             WHERE a.id < 3 ORDER BY 1",
            "1, 2,",
        ),
        (
            "SELECT c.c, x.id FROM (SELECT 1 AS c FROM (SELECT COUNT(id) AS n FROM y) AS n) AS c RIGHT JOIN x ON FALSE \
             WHERE x.id < 3 ORDER BY 2",
            ",1 ,2",
        ),
        ("SELECT x.id, n.n FROM (SELECT COUNT(*) AS n FROM y) AS n JOIN x ON x.id = NULL", ""),
        // Beside what is counted once a sum of decimals has its own type.
        (
            "SELECT g, COUNT(DISTINCT id) AS n FROM x GROUP BY g HAVING SUM(CAST(id AS DECIMAL(9, 2))) > 4 ORDER BY g",
            "y,2 z,2",
        ),
        ("SELECT COUNT(DISTINCT g) AS n, SUM(id) AS s, MAX(id) AS m FROM x", "3,21,6"),
    ]);
}

#[test]
fn what_would_be_done_otherwise_is_refused_with_what_to_write() {
    let small = Small::published();
    for (query, wrong) in [
        (
            "SELECT SUM(id) OVER (w ORDER BY id) AS s FROM x WINDOW w AS (PARTITION BY g)",
            "a window's name within another",
        ),
        (
            "SELECT SUM(id) OVER v AS s FROM x WINDOW w AS (PARTITION BY g), v AS (w ORDER BY id)",
            "a window's name within",
        ),
        ("SELECT id FROM x WHERE b IS DISTINCT FROM true AND id < 6", "put it in parentheses"),
        ("SELECT id FROM x WHERE b IS NOT DISTINCT FROM true OR id = 2", "put it in parentheses"),
        ("SELECT g FROM x EXCEPT ALL SELECT g FROM y", "do not count rows"),
        ("SELECT 1 AS a UNION (SELECT g FROM x INTERSECT ALL SELECT g FROM y)", "do not count rows"),
        ("SELECT g, COUNT(*) AS n FROM x GROUP BY g WITH ROLLUP", "write GROUP BY ROLLUP"),
        ("SELECT id FROM x JOIN y", "write CROSS JOIN"),
        ("SELECT ABS(id) FILTER (WHERE b) AS a FROM x", "passed over in a function of single values"),
        ("SELECT ABS(DISTINCT id) AS a FROM x", "passed over in a function of single values"),
        ("SELECT * ILIKE 'i%' FROM x", "name the columns"),
        ("SELECT id FROM x WHERE g SIMILAR TO 'x'", "SIMILAR TO finds parts"),
        ("SELECT 2 ^ 3 AS a", "POWER(a, b)"),
        ("SELECT CAST('abc' AS VARCHAR(2)) AS a", "LEFT(text, n)"),
        ("SELECT id FROM x FULL JOIN y USING (id)", "write ON, and COALESCE"),
        ("SELECT id FROM x NATURAL RIGHT JOIN y", "write ON, and COALESCE"),
        ("SELECT id FROM x WHERE g < 9.5", "a text is compared with a number"),
        ("SELECT x.id FROM x JOIN (SELECT CAST(id AS VARCHAR) AS id FROM y) AS y ON x.id = y.id", "a text is compared"),
        ("SELECT NULLIF(g, id) AS a FROM x", "a text is compared with a number"),
        ("SELECT id FROM x WHERE id BETWEEN g AND 3", "a text is compared with a number"),
        ("SELECT id FROM x WHERE day > 20180101", "a day or a time is compared with a number"),
        ("SELECT id FROM x WHERE (id, g) < (3, 'y')", "compare column by column"),
        ("SELECT 1 AS a WHERE INTERVAL '35 days' > INTERVAL '1 month'", "compare days"),
        ("SELECT id FROM x WHERE b NOT IN (SELECT b FROM x) OR id = 1", "NOT EXISTS"),
        ("SELECT CASE WHEN b IN (SELECT b FROM x) THEN 1 ELSE 0 END AS a FROM x", "NOT EXISTS"),
        (
            "SELECT id FROM x WHERE NOT (b IN (SELECT y.id > 3 FROM y WHERE y.id < x.id))",
            "NOT IN names a column and no row outside",
        ),
        ("SELECT id FROM x WHERE 5 NOT IN (SELECT NULLIF(y.id, 3) FROM y)", "NOT IN names a column"),
        ("SELECT g FROM x GROUP BY g HAVING NOT ('z' IN (SELECT NULLIF(g, 'x') FROM y))", "NOT IN names a column"),
        ("SELECT g, g AS k, COUNT(DISTINCT id) AS n FROM x GROUP BY 1, 2", "rows are grouped by `x.g` twice"),
        (
            "SELECT id, CASE WHEN EXISTS (SELECT 1 FROM y WHERE y.id = x.id) THEN 1 ELSE 0 END AS a FROM x",
            "LEFT JOIN the keys",
        ),
        ("SELECT SUM(id) FILTER (WHERE EXISTS (SELECT 1 FROM y WHERE y.id = 1)) AS a FROM x", "LEFT JOIN the keys"),
        (
            "SELECT id, (SELECT y.g FROM y WHERE y.id = x.id ORDER BY y.g LIMIT 1) AS n FROM x",
            "with `=` alone, and has no LIMIT",
        ),
        ("SELECT id FROM x WHERE EXISTS (SELECT COUNT(*) FROM y WHERE y.id = x.id)", "EXISTS over an aggregate"),
        (
            "SELECT SUM(id) OVER (ORDER BY day RANGE BETWEEN 60 PRECEDING AND CURRENT ROW) AS s FROM x",
            "write INTERVAL '1 day'",
        ),
        ("SELECT SUM(id) OVER (ORDER BY g RANGE 1 PRECEDING) AS s FROM x", "RANGE with a number is not there over"),
        ("SELECT id FROM x WHERE 0 IN (SELECT COUNT(*) FROM y WHERE y.id = x.id)", "write `=`"),
        (
            "SELECT id, (SELECT SUM(y.id) FROM y WHERE y.g = x.g HAVING COUNT(*) < 2) AS s FROM x",
            "HAVING without GROUP BY is passed over",
        ),
        (
            "SELECT id FROM x WHERE NOT EXISTS (SELECT SUM(y.id) FROM y WHERE y.g = x.g HAVING COUNT(*) < 2)",
            "HAVING without GROUP BY is passed over",
        ),
        (
            "SELECT x.id, l.r FROM x CROSS JOIN LATERAL (SELECT ROW_NUMBER() OVER (ORDER BY y.id) AS r FROM y WHERE y.g = x.g) AS l",
            "goes over the rows of all",
        ),
        (
            "SELECT id FROM x WHERE EXISTS (SELECT 1 FROM y WHERE y.g = x.g QUALIFY ROW_NUMBER() OVER (ORDER BY y.id) = 1)",
            "goes over the rows of all",
        ),
        ("SELECT id FROM x WHERE EXISTS (SELECT 1 FROM y WHERE y.g = x.g OFFSET 1)", "OFFSET is passed over"),
        (
            "SELECT ROW_NUMBER() OVER (ORDER BY id) - RANK() OVER (ORDER BY g) AS a FROM x",
            "CAST(… AS BIGINT) before subtracting",
        ),
        ("SELECT id FROM x WHERE id >= ALL (SELECT id FROM x)", "compare with (SELECT MIN(x) …)"),
        ("SELECT id FROM x WHERE 0 = ANY (SELECT COUNT(*) FROM y WHERE y.g = x.g)", "compare with (SELECT MIN(x) …)"),
        (
            "SELECT x.id, l.c FROM x CROSS JOIN LATERAL (SELECT 'k' AS c, COUNT(*) AS n FROM y WHERE y.g = x.g) AS l",
            "a constant beside an aggregate",
        ),
        (
            "SELECT id, (SELECT COUNT(*) IS NOT NULL FROM y WHERE y.g = x.g) AS n FROM x",
            "a constant beside an aggregate",
        ),
        (
            "SELECT id FROM x WHERE (SELECT CASE WHEN true THEN 1 ELSE COUNT(*) END FROM y WHERE y.g = x.g) = 1",
            "a constant beside an aggregate",
        ),
        ("SELECT id FROM (SELECT id FROM x) AS s TABLESAMPLE (0 PERCENT)", "TABLESAMPLE is not there"),
        ("SELECT -id AS id FROM x ORDER BY -id", "give it another name"),
        ("SELECT -id AS ID FROM x ORDER BY -id", "give it another name"),
        (
            "SELECT id, (SELECT CASE WHEN 1 = 1.0 THEN 1 ELSE COUNT(*) END FROM y WHERE y.id = x.id) AS n FROM x",
            "a constant beside an aggregate",
        ),
        ("SELECT UPPER(x.g) AS g FROM x ORDER BY LEFT(g, 1)", "give it another name"),
        ("SELECT LAG(id, 1, 0.5) OVER (ORDER BY id) AS a FROM x", "cut to the type of their first argument"),
        (
            "SELECT CAST(TIMESTAMP '2018-07-01 22:30:00Z' AT TIME ZONE 'Europe/Copenhagen' AS DATE) AS a",
            "has its day in Greenwich",
        ),
    ] {
        let Told { code, stderr, .. } = small.0.maaltal(&["sql", &format!("{ROWS}{query}")]);
        assert!(code == 2 && stderr.contains(wrong), "{query}: {code} {stderr}");
    }
}

#[test]
fn a_model_that_no_plan_runs_is_told_before_the_extracts_are_there() {
    let small = Small::practices("closed");
    let query = "-- One row is a practice.\nSELECT nr, EXISTS (SELECT 1 FROM reg AS other WHERE other.nr = reg.nr) AS x FROM reg";
    small.0.edit("sql/small/open.sql", |_| query.to_owned());
    let told = small.wrong();
    assert!(told.contains("sql/small/open.sql"), "{told}");
}
