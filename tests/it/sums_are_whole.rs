//! A sum, difference or product that its type can't hold is an error, never another number.

use arrow::array::RecordBatch;
use arrow::util::display::array_value_to_string;
use maaltal::definition::Resources;
use maaltal::engine::{Engine, Task};
use maaltal::store::Store;

use crate::support::repository;

const ROWS: &str = "(VALUES (1, CAST(9223372036854775807 AS BIGINT)), (1, 1), (1, -1)) AS t (part, number)";

/// The first batch of the answer.
async fn first_batch(sql: &str) -> Result<RecordBatch, String> {
    let store = Store::open("memory:///", repository()).unwrap();
    let engine = Engine::new(&store, Resources { memory_mib: 64, parallel_extracts: 1, batch_rows: None }).unwrap();
    let task = Task::new(engine.parse(&sql.replace("FROM ROWS", &format!("FROM {ROWS}"))).unwrap());
    let mut rows = engine.answer(task).await.map_err(|error| error.to_string())?;
    Ok(rows.next().await.map_err(|error| error.to_string())?.unwrap())
}

async fn answer(sql: &str) -> Result<String, String> {
    Ok(array_value_to_string(first_batch(sql).await?.column(0), 0).unwrap())
}

#[tokio::test]
async fn a_sum_past_the_largest_number_is_an_error() {
    for sql in [
        "SELECT SUM(number) FROM ROWS WHERE number > 0",
        "SELECT SUM(number) FILTER (WHERE number > 0) FROM ROWS",
        "SELECT SUM(DISTINCT number) FROM ROWS WHERE number > 0",
        "SELECT part, SUM(number) FROM ROWS WHERE number > 0 GROUP BY part",
        "SELECT SUM(number) OVER () FROM ROWS WHERE number > 0",
        "SELECT SUM(number) OVER (ORDER BY number ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM ROWS WHERE number > 0",
    ] {
        let error = answer(sql).await.unwrap_err();
        assert!(error.contains("a sum is beyond what Int64 holds"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn a_sum_of_decimals_past_the_largest_is_an_error() {
    let third = "CAST('85070591730234615865843651857942052864' AS DECIMAL(38, 0))";
    let rows = format!("(VALUES (1, {third}), (1, {third}), (1, {third}), (1, {third} + 5)) AS t (part, amount)");
    for sql in [
        "SELECT SUM(amount) FROM AMOUNTS",
        "SELECT SUM(DISTINCT amount + part) FROM AMOUNTS",
        "SELECT part, SUM(amount) FROM AMOUNTS GROUP BY part",
        "SELECT SUM(amount) OVER () FROM AMOUNTS",
        "SELECT SUM(amount) OVER (ORDER BY part ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM AMOUNTS ORDER BY 1 DESC",
        "SELECT SUM(CAST(9000000000.0 AS DECIMAL(38, 28))) FROM (VALUES (1), (2)) AS t (number)",
    ] {
        let error = answer(&sql.replace("AMOUNTS", &rows)).await.unwrap_err();
        assert!(error.contains("a sum is beyond what Decimal128"), "{sql}: {error}");
    }
    let amounts = "(VALUES (1, CAST(-1.25 AS DECIMAL(10, 2))), (1, 2.50), (2, NULL)) AS t (part, amount)";
    for (sql, sum) in [
        ("SELECT SUM(amount) FROM AMOUNTS", "1.25"),
        ("SELECT SUM(amount) FROM AMOUNTS GROUP BY part ORDER BY part", "1.25"),
        ("SELECT SUM(amount) OVER (PARTITION BY part) FROM AMOUNTS ORDER BY part", "1.25"),
        ("SELECT SUM(amount) OVER (ORDER BY amount ROWS 1 PRECEDING) FROM AMOUNTS ORDER BY 1 LIMIT 1", "-1.25"),
        ("SELECT SUM(DISTINCT amount) FROM AMOUNTS", "1.25"),
        ("SELECT arrow_typeof(SUM(amount)) FROM AMOUNTS", "Decimal128(20, 2)"),
    ] {
        assert_eq!(answer(&sql.replace("AMOUNTS", amounts)).await.unwrap(), sum, "{sql}");
    }
}

#[tokio::test]
async fn a_number_past_the_largest_is_an_error() {
    for sql in [
        "SELECT number + 1 FROM ROWS",
        "SELECT 1 + number AS a FROM ROWS ORDER BY 1 + number",
        "SELECT number * 2 FROM ROWS",
        "SELECT -2 - number FROM ROWS",
        "SELECT -(-number - 1) FROM ROWS",
        "SELECT 9223372036854775807 + part FROM ROWS",
        "SELECT MAX(number * 2) FROM ROWS",
        "SELECT part FROM ROWS WHERE number + 1 > 0",
        "SELECT COUNT(*) FROM ROWS GROUP BY number * 3",
        "SELECT (SELECT MAX(number + t.part) FROM ROWS) FROM (SELECT 1 AS part) AS t",
        "SELECT part FROM ROWS JOIN (SELECT 5 AS five) AS b ON number * 2 = five",
        "SELECT SUM(number) OVER (PARTITION BY number * 2) FROM ROWS",
        "SELECT CAST(127 AS TINYINT) + CAST(part AS TINYINT) FROM ROWS",
    ] {
        let error = answer(sql).await.unwrap_err();
        assert!(error.contains("Overflow happened on"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn what_is_no_value_of_its_type_is_an_error() {
    let nines = "CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0))";
    for (sql, fault) in [
        ("SELECT NINES + part FROM ROWS", "a number of more than 38 digits"),
        ("SELECT CAST(2147483647 AS DATE) AS day", "`day` holds a day that is not of the years 1 to 9999"),
        ("SELECT SUM(CAST('1e308' AS DOUBLE)) AS share FROM ROWS", "`share` holds a number that is infinite or none"),
    ] {
        let error = answer(&sql.replace("NINES", nines)).await.unwrap_err();
        assert!(error.contains(fault), "{sql}: {error}");
    }
    for (sql, value) in [
        ("SELECT CAST(-719162 AS DATE)", "0001-01-01"),
        ("SELECT CAST(2932896 AS DATE)", "9999-12-31"),
        ("SELECT NINES", "99999999999999999999999999999999999999"),
    ] {
        assert_eq!(answer(&sql.replace("NINES", nines)).await.unwrap(), value, "{sql}");
    }
}

#[tokio::test]
async fn a_double_that_is_no_number_decides_nothing() {
    let zero = "CAST(part - 1 AS DOUBLE)";
    for sql in [
        "SELECT part / ZERO AS share FROM ROWS",
        "SELECT COUNT(*) FROM ROWS WHERE part / ZERO > 0.5",
        "SELECT COUNT(*) FROM ROWS GROUP BY ZERO / ZERO",
        "SELECT CASE WHEN number % ZERO > 1 THEN 'many' ELSE 'few' END FROM ROWS",
        "SELECT CAST(1 AS DOUBLE) / 0 > 2",
        "SELECT part * CAST('1e200' AS DOUBLE) * CAST('1e200' AS DOUBLE) > 2 FROM ROWS",
        "SELECT COUNT(*) FROM ROWS WHERE LN(part - 1) < 0",
        "SELECT CAST('NaN' AS DOUBLE) > part FROM ROWS",
        "SELECT TRY_CAST('inf' AS DOUBLE) > part FROM ROWS",
        "SELECT CAST(part * CAST('1e300' AS DOUBLE) AS REAL) > CAST(1 AS REAL) FROM ROWS",
        "SELECT arrow_cast(part * 100000, 'Float16') > arrow_cast(1, 'Float16') FROM ROWS",
        "SELECT part / CAST(ZERO AS REAL) < CAST(1 AS REAL) FROM ROWS",
    ] {
        let error = answer(&sql.replace("ZERO", zero)).await.unwrap_err();
        assert!(error.contains("gives a number that is infinite or none"), "{sql}: {error}");
    }
    for (sql, value) in [
        ("SELECT CASE WHEN ZERO > 0 THEN part / ZERO END FROM ROWS", ""),
        ("SELECT part / NULLIF(ZERO, 0) FROM ROWS", ""),
        ("SELECT part / CAST(4 AS DOUBLE) FROM ROWS", "0.25"),
        ("SELECT -ZERO * 2 + 1 FROM ROWS", "1.0"),
    ] {
        assert_eq!(answer(&sql.replace("ZERO", zero)).await.unwrap(), value, "{sql}");
    }
}

#[tokio::test]
async fn what_is_compared_is_what_is_computed() {
    let rows = "(VALUES (1, 1.25), (2, 0.00), (3, 2.50), (4, 3.50)) AS t (nr, d)";
    for (condition, rows_found) in [
        ("CAST(d AS BIGINT) = 1", 1),
        ("CAST(d AS BIGINT) > 1", 2),
        ("CAST(d AS BIGINT) <= 1", 2),
        ("CAST(d AS BIGINT) IN (1, 2)", 2),
        ("CAST(d AS DECIMAL(9, 0)) = 3", 1),
        ("CAST(d AS DECIMAL(9, 1)) = 1.3", 1),
        ("TRY_CAST(d AS INTEGER) = 1", 1),
        ("CASE WHEN CAST(d AS BIGINT) = 1 THEN 'one' END = 'one'", 1),
        ("CAST(d AS DECIMAL(12, 4)) = 1.25", 1),
    ] {
        let sql = format!("SELECT COUNT(*) FROM {rows} WHERE {condition}");
        assert_eq!(answer(&sql).await.unwrap(), rows_found.to_string(), "{condition}");
    }
    // 0 and -0 are one number, whatever looks at them.
    let noughts = "(SELECT ROUND(CAST(d AS DOUBLE) * sign / 10) AS r FROM (VALUES (1.5, 1), (1.5, -1)) AS t (d, sign))";
    for (sql, value) in [
        ("SELECT COUNT(DISTINCT r) FROM ROUNDED", "1"),
        ("SELECT MAX(n) FROM (SELECT COUNT(*) OVER (PARTITION BY r) AS n FROM ROUNDED)", "2"),
        ("SELECT MAX(n) FROM (SELECT RANK() OVER (ORDER BY r) AS n FROM ROUNDED)", "1"),
        ("SELECT MIN(r) FROM ROUNDED", "0.0"),
    ] {
        assert_eq!(answer(&sql.replace("ROUNDED", noughts)).await.unwrap(), value, "{sql}");
    }
}

#[tokio::test]
async fn guarded_expressions_stand_wherever_others_may() {
    for (sql, value) in [
        ("SELECT MAX(r) FROM (SELECT RANK() OVER (ORDER BY part / CAST(2 AS DOUBLE)) AS r FROM ROWS)", "1"),
        ("SELECT MAX(n) FROM (SELECT COUNT(*) OVER (PARTITION BY part * CAST(2 AS DOUBLE)) AS n FROM ROWS)", "3"),
        (
            "SELECT COUNT(*) FROM (SELECT part, part + 1 AS s, COUNT(*) AS n FROM ROWS GROUP BY ROLLUP(part, part + 1))",
            "3",
        ),
        ("SELECT COUNT(*) FROM (SELECT part * 2 AS s FROM ROWS GROUP BY GROUPING SETS ((part * 2), ()))", "2"),
        (
            "SELECT SUM(x) FROM (SELECT part + 1 AS x FROM (VALUES (1), (2)) AS t (part) UNION ALL SELECT part FROM \
             (VALUES (1), (2)) AS t (part))",
            "8",
        ),
        ("SELECT COUNT(*) FROM (SELECT 1 / CAST(2 AS DOUBLE) AS x UNION SELECT 3 / CAST(2 AS DOUBLE) AS x)", "2"),
    ] {
        assert_eq!(answer(sql).await.unwrap(), value, "{sql}");
    }
}

#[tokio::test]
async fn bits_are_not_shifted_out() {
    for sql in ["SELECT 1 << 64", "SELECT part FROM ROWS WHERE part >> 1 = 0"] {
        let error = answer(sql).await.unwrap_err();
        assert!(error.contains("is not there: multiply or divide by a power of two"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn values_are_collected_in_the_order_that_is_asked_for() {
    let collected = answer("SELECT ARRAY_AGG(number ORDER BY number DESC) FROM ROWS").await.unwrap();
    assert_eq!(collected, "[9223372036854775807, 1, -1]");
    let error = answer("SELECT AVG(number ORDER BY number) FROM ROWS").await.unwrap_err();
    assert!(error.contains("avg takes no ORDER BY"), "{error}");
}

#[tokio::test]
async fn distinct_numbers_of_a_moving_window_are_not_summed() {
    let sql = "SELECT SUM(DISTINCT number) OVER (ORDER BY number ROWS 1 PRECEDING) FROM ROWS";
    let error = answer(sql).await.unwrap_err();
    assert!(error.contains("SUM of DISTINCT numbers in a moving window"), "{error}");
}

#[tokio::test]
async fn arithmetic_keeps_its_type_and_its_name() {
    for (sql, name, value) in [
        ("SELECT part + 1 FROM ROWS LIMIT 1", "t.part + Int64(1)", "2"),
        ("SELECT SUM(part * 2) FROM ROWS", "sum(t.part * Int64(2))", "6"),
        ("SELECT part - 1 FROM ROWS GROUP BY part - 1", "t.part - Int64(1)", "0"),
        ("SELECT part * 1.5 AS more FROM ROWS LIMIT 1", "more", "1.5"),
        ("SELECT DATE '2018-01-31' + INTERVAL '1 month' AS day", "day", "2018-02-28"),
        ("SELECT -part AS less FROM ROWS ORDER BY -part LIMIT 1", "less", "-1"),
        ("SELECT -1.5 AS less", "less", "-1.5"),
    ] {
        let batch = first_batch(sql).await.unwrap();
        assert_eq!(batch.schema().field(0).name(), name);
        assert_eq!(array_value_to_string(batch.column(0), 0).unwrap(), value, "{sql}");
    }
}

#[tokio::test]
async fn a_sum_that_its_type_holds_is_that_sum() {
    for (sql, total) in [
        ("SELECT SUM(number) FROM ROWS", "9223372036854775807"),
        ("SELECT SUM(number) FROM ROWS WHERE number > 0 AND number < 0", ""),
        ("SELECT SUM(part) / 2 FROM ROWS", "1"),
        ("SELECT SUM(DISTINCT part) FROM ROWS", "1"),
        ("SELECT SUM(part) OVER (ORDER BY number) FROM ROWS ORDER BY number LIMIT 1", "1"),
        ("SELECT SUM(CAST(part AS DECIMAL(5, 2))) FROM ROWS", "3.00"),
    ] {
        assert_eq!(answer(sql).await.as_deref(), Ok(total), "{sql}");
    }
}
