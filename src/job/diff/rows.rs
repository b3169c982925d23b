//! The rows of a table in two versions, paired by their key. The engine does it: its memory is bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::SchemaRef;
use arrow::util::display::array_value_to_string;
use datafusion::common::DataFusionError;

use super::difference::{Counts, ValueDifference};
use crate::engine::{DataFile, Engine, RowOrder, RowsError, Table, Task, quoted};
use crate::job::rows::cell;
use crate::job::{JobError, query};
use crate::publish::{PublishedVersion, Tables};
use crate::store::Store;

/// The column that tells of which indicator a row is.
pub(super) const INDICATOR: &str = "indicator_id";

/// A table in two versions.
pub(super) enum Paired {
    /// Both have it.
    Both(Box<Pair>),
    /// One has it, or the two have no key in common: so many rows are new or gone.
    Alone(Vec<(Option<String>, Counts)>),
}

/// A table that both versions have, under one key.
pub(super) struct Pair {
    before: Table,
    after: Table,
    key: Vec<String>,
    /// The columns of both, without the key.
    columns: Vec<String>,
    query: String,
}

/// A table of one version.
pub(super) struct Side {
    table: Table,
    schema: SchemaRef,
}

impl Side {
    /// The table of a version, held to its record; `None` where it has none of that name.
    pub(super) async fn open(
        store: &Store,
        engine: &Engine,
        version: &PublishedVersion,
        table: &str,
    ) -> Result<Option<Self>, JobError> {
        let files = version.files(store, Tables::Published, table).await?;
        let (Some(path), Some(entry)) = (files.first(), version.manifest.tables.get(table)) else { return Ok(None) };
        let url = store.url(path)?;
        let schema = engine.schema(vec![url.clone()]).await.map_err(|error| query::wrong(&error))?;
        let file = DataFile { url, bytes: entry.entry.bytes };
        Ok(Some(Self { table: Table::files(Arc::clone(&schema), vec![file], RowOrder::Unknown), schema }))
    }
}

impl Side {
    /// The indicators that its rows are of.
    pub(super) async fn indicators(&self, engine: &Engine) -> Result<Vec<String>, JobError> {
        let sql = format!("SELECT DISTINCT CAST({INDICATOR} AS VARCHAR) FROM side");
        let mut indicators = Vec::new();
        for batch in asked(engine, &sql, [("side", &self.table)]).await? {
            for row in 0..batch.num_rows() {
                indicators.extend(text(&batch, 0, row)?);
            }
        }
        Ok(indicators)
    }
}

impl Pair {
    pub(super) fn new(before: Side, after: Side, key: &[String]) -> Self {
        let (Side { table: before, schema: then }, Side { table: after, schema: now }) = (before, after);
        let names =
            |schema: &SchemaRef| -> BTreeSet<String> { schema.fields().iter().map(|it| it.name().clone()).collect() };
        let (in_before, in_after) = (names(&then), names(&now));
        let both = now.fields().iter().map(|field| field.name().clone());
        let columns: Vec<String> = both.filter(|name| in_before.contains(name) && !key.contains(name)).collect();
        // A column of another type is compared as text.
        let is_same = |name: &String| match (then.field_with_name(name), now.field_with_name(name)) {
            (Ok(then), Ok(now)) => then.data_type() == now.data_type(),
            _ => true,
        };
        let value = |side: &str, name: &String| match is_same(name) {
            true => format!("{side}.{}", quoted(name)),
            false => format!("CAST({side}.{} AS VARCHAR)", quoted(name)),
        };
        let has_indicator = in_before.contains(INDICATOR) && in_after.contains(INDICATOR);
        let either = |name: &String| format!("COALESCE({}, {})", value("n", name), value("o", name));
        let mut selected = vec![
            if has_indicator { either(&INDICATOR.to_owned()) } else { "CAST(NULL AS VARCHAR)".to_owned() }
                + " AS indicator",
            "CASE WHEN o.__there IS NULL THEN 'added' WHEN n.__there IS NULL THEN 'removed' ELSE 'changed' END AS change"
                .to_owned(),
        ];
        selected.extend(key.iter().zip(0..).map(|(name, place)| format!("{} AS k{place}", either(name))));
        for (name, place) in columns.iter().zip(0..) {
            selected.push(format!("{} AS o{place}, {} AS n{place}", value("o", name), value("n", name)));
        }
        let on: Vec<String> = key.iter().map(|name| format!("{} = {}", value("o", name), value("n", name))).collect();
        let mut differs = vec!["o.__there IS NULL".to_owned(), "n.__there IS NULL".to_owned()];
        let other = |name: &String| format!("({} IS DISTINCT FROM {})", value("o", name), value("n", name));
        differs.extend(columns.iter().map(other));
        let query = format!(
            "SELECT {} FROM (SELECT *, 1 AS __there FROM before) AS o FULL OUTER JOIN (SELECT *, 1 AS __there FROM after) AS n
             ON {} WHERE {}",
            selected.join(", "),
            on.join(" AND "),
            differs.join(" OR ")
        );
        Self { before, after, key: key.to_vec(), columns, query }
    }

    /// How many rows are another, by indicator.
    pub(super) async fn counts(self, engine: &Engine) -> Result<Vec<(Option<String>, Counts)>, JobError> {
        let count = format!(
            "SELECT indicator, change, COUNT(*) AS rows FROM ({}) AS different GROUP BY indicator, change",
            self.query
        );
        let mut counts: BTreeMap<Option<String>, Counts> = BTreeMap::new();
        for batch in self.asked(engine, &count).await? {
            for row in 0..batch.num_rows() {
                let rows = text(&batch, 2, row)?.and_then(|rows| rows.parse().ok()).unwrap_or_default();
                let of = counts.entry(text(&batch, 0, row)?).or_default();
                match text(&batch, 1, row)?.as_deref() {
                    Some("added") => of.added = rows,
                    Some("removed") => of.removed = rows,
                    _ => of.changed = rows,
                }
            }
        }
        Ok(counts.into_iter().collect())
    }

    /// Every value that is another.
    pub(super) async fn values(self, engine: &Engine, table: &str) -> Result<Vec<ValueDifference>, JobError> {
        let keys: Vec<String> = (0..self.key.len()).map(|place| format!("k{place}")).collect();
        let ordered = format!("SELECT * FROM ({}) AS different ORDER BY {}", self.query, keys.join(", "));
        let mut values = Vec::new();
        for batch in self.asked(engine, &ordered).await? {
            for row in 0..batch.num_rows() {
                let mut key = Vec::with_capacity(self.key.len());
                for (name, place) in self.key.iter().zip(2..) {
                    key.push((name.clone(), text(&batch, place, row)?.unwrap_or_default()));
                }
                let change = text(&batch, 1, row)?.unwrap_or_default();
                let whole = ValueDifference {
                    table: table.to_owned(),
                    key,
                    indicator: text(&batch, 0, row)?,
                    change,
                    column: None,
                    before: serde_json::Value::Null,
                    after: serde_json::Value::Null,
                };
                if whole.change != "changed" {
                    values.push(whole);
                    continue;
                }
                for (name, place) in self.columns.iter().zip(0..) {
                    let value = |side: usize| {
                        let column = batch.column(2 + self.key.len() + 2 * place + side);
                        cell(column, row).map_err(|error| query::wrong(&error.into()))
                    };
                    let (before, after) = (value(0)?, value(1)?);
                    if before != after {
                        values.push(ValueDifference { column: Some(name.clone()), before, after, ..whole.clone() });
                    }
                }
            }
        }
        Ok(values)
    }

    async fn asked(&self, engine: &Engine, sql: &str) -> Result<Vec<RecordBatch>, JobError> {
        asked(engine, sql, [("before", &self.before), ("after", &self.after)]).await
    }
}

async fn asked<const N: usize>(
    engine: &Engine,
    sql: &str,
    tables: [(&str, &Table); N],
) -> Result<Vec<RecordBatch>, JobError> {
    let mut task = Task::new(engine.parse(sql).map_err(|error| query::wrong(&error))?);
    for (name, table) in tables {
        task = task.with(name, table.clone());
    }
    let rows = engine.answer(task).await.map_err(|error| query::wrong(&error))?;
    rows.collect().await.map_err(|error| match error {
        RowsError::Query(error) => query::wrong(&error),
        RowsError::Schema(error) => query::wrong(&DataFusionError::from(error)),
    })
}

fn text(batch: &RecordBatch, column: usize, row: usize) -> Result<Option<String>, JobError> {
    let column = batch.column(column);
    if column.is_null(row) {
        return Ok(None);
    }
    array_value_to_string(column, row).map(Some).map_err(|error| query::wrong(&error.into()))
}
