//! Answers on stdout: tables for people, JSON and CSV for programs.

use std::io::{self, ErrorKind, Write};

use clap::ValueEnum;
use comfy_table::{CellAlignment, Table};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::cli::error::CliError;
use crate::job::{JobError, Rows};
use crate::observe::printable;

/// How data on stdout is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum OutputFormat {
    /// For people.
    Table,
    /// An array of objects.
    Json,
    /// With a header, comma separated.
    Csv,
}

/// What a command answers.
#[derive(Debug)]
pub(in crate::cli) enum Answer {
    /// Rows.
    Rows(Rows),
    /// A document in its own format.
    Text(String),
    /// A text for people, and the same in rows for programs.
    Told(String, Rows),
    /// What a command that looks for something found, and what it therefore ends with.
    Found(Box<Self>, Box<JobError>),
}

impl Answer {
    pub(in crate::cli) fn rows<const N: usize>(columns: [&str; N], rows: Vec<[Value; N]>) -> Self {
        let columns = columns.map(str::to_owned).to_vec();
        Self::Rows(Rows { columns, rows: rows.into_iter().map(Vec::from).collect() })
    }

    /// Writes the answer; a reader that has gone away has had enough.
    pub(in crate::cli) fn print(self, format: OutputFormat) -> Result<(), CliError> {
        match (self.written(format), self) {
            (Err(error), _) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::Output(error)),
            (_, Self::Found(_, error)) => Err((*error).into()),
            _ => Ok(()),
        }
    }

    fn written(&self, format: OutputFormat) -> io::Result<()> {
        match self {
            Self::Found(answer, _) => answer.written(format),
            Self::Text(text) => write_all(text.as_bytes()),
            Self::Told(text, _) if format == OutputFormat::Table => write_all(text.as_bytes()),
            Self::Rows(Rows { columns, rows }) | Self::Told(_, Rows { columns, rows }) => match format {
                OutputFormat::Table => write_all(format!("{}\n", table(columns, rows)).as_bytes()),
                OutputFormat::Json => json(columns, rows),
                OutputFormat::Csv => csv(columns, rows),
            },
        }
    }
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
