//! A query's rows come sorted by all columns, whatever the optimizer believes of them: bytes depend on it.

use arrow::util::display::array_value_to_string;
use maaltal::definition::Resources;
use maaltal::engine::{Engine, Task};
use maaltal::store::Store;

use crate::support::repository;

/// What is grouped is a key of its own rows, and of no product with others.
const PRODUCT: &str = "
WITH tool AS (SELECT column1 AS tool FROM (VALUES ('b'), ('a'), ('b')) GROUP BY column1),
doctor AS (SELECT column1 AS place, column2 AS doctor FROM (VALUES ('y', 1), ('x', 2), ('z', 3), ('y', 4), ('w', 5)))
SELECT tool.tool, doctor.place, COUNT(doctor.doctor) AS doctors
FROM doctor CROSS JOIN tool
GROUP BY tool.tool, doctor.place";

async fn sorted(query: &str) -> Vec<String> {
    let store = Store::open("memory:///", repository()).unwrap();
    let engine = Engine::new(&store, Resources { memory_mib: 64, parallel_extracts: 1, batch_rows: None }).unwrap();
    let task = Task::new(engine.parse(query).unwrap());
    let batches = engine.sorted(task).await.unwrap().collect().await.unwrap();
    let mut rows = Vec::new();
    for batch in batches {
        let text = |row: usize| batch.columns().iter().map(|it| array_value_to_string(it, row).unwrap()).collect();
        rows.extend((0..batch.num_rows()).map(text).map(|columns: Vec<String>| columns.concat()));
    }
    rows
}

#[tokio::test]
async fn every_column_counts_even_where_one_seems_to_decide_the_others() {
    assert_eq!(sorted(PRODUCT).await, ["aw1", "ax1", "ay2", "az1", "bw1", "bx1", "by2", "bz1"]);
}

#[tokio::test]
async fn rows_that_were_grouped_last_are_in_the_order_of_all_columns_wherever_their_groups_stand() {
    let rows =
        "FROM (VALUES ('b', 2, 7), ('a', 2, 9), ('b', 1, 5), ('a', 1, 5), ('a', 1, 3), (NULL, 1, 1)) AS v (p, q, r)";
    for (select, expected) in [
        (format!("SELECT 8, p, q, SUM(r) {rows} GROUP BY p, q"), vec!["811", "8a18", "8a29", "8b15", "8b27"]),
        (format!("SELECT SUM(r), p, q {rows} GROUP BY q, p"), vec!["11", "5b1", "7b2", "8a1", "9a2"]),
        (format!("SELECT q, SUM(r) {rows} GROUP BY p, q"), vec!["11", "15", "18", "27", "29"]),
        (
            format!("SELECT q AS a, q, p, COUNT(*) {rows} GROUP BY p, q HAVING COUNT(*) < 2"),
            vec!["111", "11b1", "22a1", "22b1"],
        ),
        (format!("SELECT q, SUM(r) {rows} GROUP BY GROUPING SETS ((q), ())"), vec!["30", "114", "216"]),
        (format!("SELECT 1, COUNT(*) {rows}"), vec!["16"]),
    ] {
        let expected: Vec<&str> = expected;
        assert_eq!(sorted(&select).await, expected, "{select}");
    }
}
