//! Answers on stdout: tables for people, JSON and CSV for programs.

use std::io::{self, ErrorKind, Write};

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;
use clap::ValueEnum;
use comfy_table::{CellAlignment, Table};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::error::CliError;
use crate::observe::printable;

/// How data on stdout is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Table,
    /// An array of objects.
    Json,
    /// With a header, comma separated.
    Csv,
}

/// What a command answers.
#[derive(Debug)]
pub(super) enum Answer {
    /// Rows.
    Rows { columns: Vec<String>, rows: Vec<Vec<Value>> },
    /// A document in its own format.
    Text(String),
}

impl Answer {
    pub(super) fn rows<const N: usize>(columns: [&str; N], rows: Vec<[Value; N]>) -> Self {
        let columns = columns.map(str::to_owned).to_vec();
        Self::Rows { columns, rows: rows.into_iter().map(Vec::from).collect() }
    }

    /// No data.
    pub(super) fn nothing() -> Self {
        Self::Text(String::new())
    }

    /// The rows of a query.
    pub(super) fn batches(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Self, ArrowError> {
        let columns = schema.fields().iter().map(|field| field.name().clone()).collect();
        let mut rows = Vec::new();
        for batch in batches {
            for row in 0..batch.num_rows() {
                rows.push(batch.columns().iter().map(|column| cell(column, row)).collect::<Result<_, _>>()?);
            }
        }
        Ok(Self::Rows { columns, rows })
    }

    /// Writes the answer; a reader that has gone away has had enough.
    pub(super) fn print(&self, format: Format) -> Result<(), CliError> {
        let written = match self {
            Self::Text(text) => write_all(text.as_bytes()),
            Self::Rows { columns, rows } => match format {
                Format::Table => write_all(format!("{}\n", table(columns, rows)).as_bytes()),
                Format::Json => json(columns, rows),
                Format::Csv => csv(columns, rows),
            },
        };
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::Output(error)),
            _ => Ok(()),
        }
    }
}

/// A value as JSON: numbers as numbers, all else as text.
fn cell(column: &dyn Array, row: usize) -> Result<Value, ArrowError> {
    if column.is_null(row) {
        return Ok(Value::Null);
    }
    let text = array_value_to_string(column, row)?;
    let data_type = column.data_type();
    let number = || serde_json::from_str::<Value>(&text).ok().filter(Value::is_number);
    Ok(match data_type {
        DataType::Boolean => Value::Bool(text == "true"),
        _ if data_type.is_numeric() => number().unwrap_or(Value::String(text)),
        _ => Value::String(text),
    })
}

fn write_all(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn table(columns: &[String], rows: &[Vec<Value>]) -> String {
    let mut table = Table::new();
    table.load_preset("     --            ").set_header(columns.iter().map(|column| printable(column)));
    for row in rows {
        table.add_row(row.iter().map(|value| printable(&plain(value))));
    }
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if rows.iter().any(|row| row[place].is_number()) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A row as a JSON object, its keys in the order of the columns.
struct Object<'a>(&'a [String], &'a [Value]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().zip(self.1))
    }
}

fn json(columns: &[String], rows: &[Vec<Value>]) -> io::Result<()> {
    let objects: Vec<Object<'_>> = rows.iter().map(|row| Object(columns, row)).collect();
    let mut text = serde_json::to_string_pretty(&objects)?;
    text.push('\n');
    write_all(text.as_bytes())
}

fn csv(columns: &[String], rows: &[Vec<Value>]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(row.iter().map(plain))?;
    }
    write_all(&writer.into_inner().map_err(|error| error.into_error())?)
}
