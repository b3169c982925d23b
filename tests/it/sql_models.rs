//! The models on a handful of hand-made rows: `tests/sql/*.slt`.
//!
//! A file makes the tables that a model names, runs it with `model NAME YEAR`, and asks for its rows.

use std::fs;
use std::sync::Arc;

use arrow::util::display::array_value_to_string;
use async_trait::async_trait;
use datafusion::common::DataFusionError;
use datafusion::config::ConfigOptions;
use datafusion::prelude::{SessionConfig, SessionContext};
use jiff::civil::date;
use maaltal::definition::Project;
use maaltal::derive::Graph;
use maaltal::engine::Engine;
use maaltal::store::Store;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};

use crate::support::repository;

struct Models {
    context: SessionContext,
    graph: Arc<Graph>,
}

/// The project's own SQL, with the columns that folders add.
fn graph() -> Graph {
    let project = Project::read(repository(), "local").unwrap();
    let store = Store::open("memory:///", repository()).unwrap();
    let session = Engine::new(&store, project.environment.resources).unwrap().session();
    let (graph, errors) = Graph::read(&project, &project.pipelines["almen_praksis"], &session);
    assert!(errors.is_empty(), "{errors:?}");
    graph
}

impl Models {
    fn new(graph: &Arc<Graph>) -> Self {
        let mut options = ConfigOptions::new();
        options.sql_parser.parse_float_as_decimal = true;
        options.sql_parser.map_string_types_to_utf8view = false;
        let context = SessionContext::new_with_config(SessionConfig::from(options));
        Self { context, graph: Arc::clone(graph) }
    }

    /// `model NAME YEAR` as the statement that makes the model's table from the project's own SQL.
    fn statement(&self, sql: &str) -> String {
        let Some(call) = sql.strip_prefix("model ") else { return sql.to_owned() };
        let (name, year) = call.trim().split_once(' ').unwrap_or((call.trim(), "2018"));
        let year: i16 = year.parse().expect(year);
        let query = self.graph.model(name).expect(name).sql.statement(Some((year, date(year, 1, 1))));
        format!("CREATE TABLE {name} AS {query}")
    }
}

#[async_trait]
impl AsyncDB for Models {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        let frame = self.context.sql(&self.statement(sql)).await?;
        let width = frame.schema().fields().len();
        let mut rows = Vec::new();
        for batch in frame.collect().await? {
            for row in 0..batch.num_rows() {
                let text = |column: &Arc<dyn arrow::array::Array>| {
                    if column.is_null(row) { "NULL".to_owned() } else { array_value_to_string(column, row).unwrap() }
                };
                rows.push(batch.columns().iter().map(text).collect());
            }
        }
        if width == 0 || !sql.trim_start().to_lowercase().starts_with("select") {
            return Ok(DBOutput::StatementComplete(0));
        }
        Ok(DBOutput::Rows { types: vec![DefaultColumnType::Any; width], rows })
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
    let graph = Arc::new(graph());
    assert!(files.len() >= 5, "{files:?}");
    let mut wrong = Vec::new();
    for file in files {
        let mut runner = Runner::new(|| async { Ok(Models::new(&graph)) });
        if let Err(error) = runner.run_file(&file) {
            wrong.push(format!("{}: {error}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
