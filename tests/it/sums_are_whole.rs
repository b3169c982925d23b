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
        ("SELECT part / CAST(0 AS DOUBLE) AS share FROM ROWS", "`share` holds a number that is infinite or none"),
        ("SELECT CAST(0 AS DOUBLE) / 0 AS share", "as a division by 0 gives"),
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
