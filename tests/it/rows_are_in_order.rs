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

#[tokio::test]
async fn every_column_counts_even_where_one_seems_to_decide_the_others() {
    let store = Store::open("memory:///", repository()).unwrap();
    let engine = Engine::new(&store, Resources { memory_mib: 64, parallel_extracts: 1, batch_rows: None }).unwrap();
    let task = Task::new(engine.parse(PRODUCT).unwrap());
    let batches = engine.sorted(task).await.unwrap().collect().await.unwrap();
    let mut rows = Vec::new();
    for batch in batches {
        let text = |column: usize, row: usize| array_value_to_string(batch.column(column), row).unwrap();
        rows.extend((0..batch.num_rows()).map(|row| format!("{}{}{}", text(0, row), text(1, row), text(2, row))));
    }
    assert_eq!(rows, ["aw1", "ax1", "ay2", "az1", "bw1", "bx1", "by2", "bz1"]);
}
