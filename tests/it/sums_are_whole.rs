//! A sum that its type can't hold is an error, never another number.

use arrow::util::display::array_value_to_string;
use maaltal::definition::Resources;
use maaltal::engine::{Engine, Session};
use maaltal::store::Store;

use crate::support::repository;

fn session() -> Session {
    let store = Store::open("memory:///", repository()).unwrap();
    Engine::new(&store, Resources { memory_mib: 64, parallel_extracts: 1 }).unwrap().session()
}

const ROWS: &str = "(VALUES (1, CAST(9223372036854775807 AS BIGINT)), (1, 1), (1, -1)) AS t (part, number)";

async fn answer(sql: &str) -> Result<String, String> {
    let sql = sql.replace("FROM ROWS", &format!("FROM {ROWS}"));
    let (_, batches) = session().query(&sql).await.map_err(|error| error.to_string())?;
    Ok(array_value_to_string(batches[0].column(0), 0).unwrap())
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
