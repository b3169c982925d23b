//! The models on a handful of hand-made rows: `tests/sql/*.slt`.
//!
//! A file makes the tables that a model names, runs it with `model NAME YEAR`, and asks for its rows. All of it runs on
//! the product's own engine. `reference NAME` is the project's own list of that name.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use arrow::util::display::array_value_to_string;
use async_trait::async_trait;
use jiff::civil::date;
use maaltal::definition::{Environment, Project};
use maaltal::derive::{Graph, named_tables};
use maaltal::engine::{Engine, Planner, Statement, Table, Task, conform};
use maaltal::pull::staged_schema;
use maaltal::store::Store;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};

use crate::support::repository;

/// Why a statement of a file fails.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failed(String);

fn failed(error: impl ToString) -> Failed {
    Failed(error.to_string())
}

/// The project as it is in the repository.
struct Sql {
    project: Project,
    graph: Graph,
    engine: Engine,
}

impl Sql {
    /// The project's own SQL, with the columns that folders add.
    fn read() -> Self {
        let project = Project::read(repository(), "local").unwrap();
        let (graph, errors) = Graph::read(&project, &project.pipelines["almen_praksis"], &Planner::new());
        assert!(errors.is_empty(), "{errors:?}");
        let store = Store::open("memory:///", repository()).unwrap();
        let Environment { resources, .. } = project.environment;
        let engine = Engine::new(&store, resources).unwrap();
        Self { project, graph, engine }
    }

    /// A list of the project, typed as its contract says.
    fn reference(&self, name: &str) -> RecordBatch {
        let text = fs::read_to_string(repository().join(format!("pipelines/reference/{name}.csv"))).unwrap();
        let table = self.project.contracts[name].tables.iter().find(|table| table.name == name).unwrap();
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let raw: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        let texts = |column: &maaltal::definition::Column| {
            let place = raw.iter().position(|raw| *raw == column.raw).unwrap();
            let texts = records.iter().map(|record| Some(&record[place]).filter(|text| !text.is_empty()));
            let texts: ArrayRef = Arc::new(texts.collect::<StringArray>());
            (column.name.clone(), texts, true)
        };
        let batch = RecordBatch::try_from_iter_with_nullable(table.columns.iter().map(texts)).unwrap();
        let schema = staged_schema(table, &[]);
        let columns: Vec<_> =
            batch.schema().fields().iter().map(|field| schema.index_of(field.name()).unwrap()).collect();
        conform(&batch, &Arc::new(schema.project(&columns).unwrap())).unwrap()
    }
}

/// The tables that a file has made so far.
struct Tables {
    sql: Arc<Sql>,
    made: BTreeMap<String, RecordBatch>,
}

impl Tables {
    async fn rows(&self, statement: Statement) -> Result<RecordBatch, Failed> {
        let mut task = Task::new(statement);
        for (_, name) in named_tables(task.statement()).map_err(failed)? {
            let batch = self.made.get(&name).ok_or_else(|| Failed(format!("no table `{name}` is made")))?;
            task = task.with(&name, Table::rows(batch.clone()));
        }
        let rows = self.sql.engine.answer(task).await.map_err(failed)?;
        let schema = Arc::clone(rows.schema());
        concat_batches(&schema, &rows.collect().await.map_err(failed)?).map_err(failed)
    }

    /// Makes the table that a statement asks for; `None` where it asks for rows.
    async fn make(&mut self, text: &str) -> Result<Option<()>, Failed> {
        let (name, batch) = match text.trim().split_once(char::is_whitespace) {
            Some(("model", call)) => {
                let (name, year) = call.trim().split_once(' ').unwrap_or((call.trim(), "2018"));
                let year: i16 = year.parse().expect(year);
                let statement = self.sql.graph.model(name).expect(name).sql.statement(Some((year, date(year, 1, 1))));
                (name, self.rows(statement).await?)
            }
            Some(("reference", name)) => (name.trim(), self.sql.reference(name.trim())),
            Some(("DROP", rest)) => {
                self.made.remove(rest.strip_prefix("TABLE ").expect(rest).trim());
                return Ok(Some(()));
            }
            Some(("CREATE", rest)) => {
                let (name, query) = rest.strip_prefix("TABLE ").and_then(|rest| rest.split_once(" AS")).expect(rest);
                (name, self.rows(self.sql.engine.parse(query).map_err(failed)?).await?)
            }
            _ => return Ok(None),
        };
        self.made.insert(name.to_owned(), batch);
        Ok(Some(()))
    }
}

#[async_trait]
impl AsyncDB for Tables {
    type Error = Failed;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, text: &str) -> Result<DBOutput<DefaultColumnType>, Failed> {
        if self.make(text).await?.is_some() {
            return Ok(DBOutput::StatementComplete(0));
        }
        let batch = self.rows(self.sql.engine.parse(text).map_err(failed)?).await?;
        let text = |column: &ArrayRef, row: usize| {
            if column.is_null(row) { "NULL".to_owned() } else { array_value_to_string(column, row).unwrap() }
        };
        let row = |row: usize| batch.columns().iter().map(|column| text(column, row)).collect();
        let rows = (0..batch.num_rows()).map(row).collect();
        Ok(DBOutput::Rows { types: vec![DefaultColumnType::Any; batch.num_columns()], rows })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "maaltal"
    }
}

#[test]
fn every_model_gives_what_can_be_worked_out_on_paper() {
    let mut files: Vec<_> =
        fs::read_dir(repository().join("tests/sql")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _guard = runtime.enter();
    let sql = Arc::new(Sql::read());
    assert!(files.len() >= 5, "{files:?}");
    let mut wrong = Vec::new();
    for file in files {
        let mut runner = Runner::new(|| async { Ok(Tables { sql: Arc::clone(&sql), made: BTreeMap::new() }) });
        if let Err(error) = runner.run_file(&file) {
            wrong.push(format!("{}: {error}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
