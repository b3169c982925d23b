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
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};

use crate::support::repository;

struct Models {
    context: SessionContext,
}

impl Models {
    fn new() -> Self {
        let mut options = ConfigOptions::new();
        options.sql_parser.parse_float_as_decimal = true;
        options.sql_parser.map_string_types_to_utf8view = false;
        Self { context: SessionContext::new_with_config(SessionConfig::from(options)) }
    }

    /// `model NAME YEAR` as the statement that makes the model's table from the project's own SQL.
    fn statement(sql: &str) -> String {
        let Some(call) = sql.strip_prefix("model ") else { return sql.to_owned() };
        let (name, year) = call.trim().split_once(' ').unwrap_or((call.trim(), "2018"));
        let folder = repository().join("sql/almen_praksis");
        let file = [folder.join(format!("{name}.sql")), folder.join(format!("indicators/{name}.sql"))];
        let query = fs::read_to_string(file.iter().find(|file| file.exists()).expect(name)).unwrap();
        let query = query.replace("$reference_date", &format!("DATE '{year}-01-01'")).replace("$year", year);
        format!("CREATE TABLE {name} AS {query}")
    }
}

#[async_trait]
impl AsyncDB for Models {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        let frame = self.context.sql(&Self::statement(sql)).await?;
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
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let mut runner = Runner::new(|| async { Ok(Models::new()) });
        if let Err(error) = runner.run_file(&file) {
            panic!("{}: {error}", file.display());
        }
    }
}
