//! Rows kept aside: with file, row, column, rule and text, so that they can be mended and replayed.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::breach::{Breach, Rule};
use crate::definition::TableContract;
use crate::pull::error::{PullError, arrow_failed};
use crate::store::{LocalTable, TableWriter};

/// Rejects that are written at once.
const BATCH: usize = 4096;

/// Writes rejected rows and counts them by table and rule.
pub(crate) struct Rejects {
    source: String,
    file: String,
    writer: TableWriter,
    counts: BTreeMap<(usize, Rule), u64>,
    first: BTreeMap<Rule, (u64, String)>,
    pending: Pending,
}

#[derive(Default)]
struct Pending {
    table: StringBuilder,
    row: Int64Builder,
    column: StringBuilder,
    rule: StringBuilder,
    text: StringBuilder,
    record: StringBuilder,
    length: usize,
}

/// The schema of rejects.
pub fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text("source"),
        text("file"),
        text("table_name"),
        Field::new("row", DataType::Int64, false),
        text("column_name"),
        text("rule"),
        text("text"),
        text("record"),
    ]))
}

impl Rejects {
    pub(crate) fn new(source: &str, file: &str) -> Result<Self, PullError> {
        Ok(Self {
            source: source.to_owned(),
            file: file.to_owned(),
            writer: TableWriter::new(schema(), &BTreeMap::new())?,
            counts: BTreeMap::new(),
            first: BTreeMap::new(),
            pending: Pending::default(),
        })
    }

    /// Keeps a row aside. `record` is the row's texts, already masked.
    pub(crate) fn add(
        &mut self,
        at: usize,
        table: &TableContract,
        row: u64,
        breach: &Breach,
        record: &str,
    ) -> Result<(), PullError> {
        *self.counts.entry((at, breach.rule.clone())).or_default() += 1;
        self.first
            .entry(breach.rule.clone())
            .or_insert_with(|| (row, format!("column `{}`, text `{}`", breach.column, breach.text)));
        let pending = &mut self.pending;
        pending.table.append_value(&table.name);
        pending.row.append_value(i64::try_from(row).unwrap_or(i64::MAX));
        pending.column.append_value(&breach.column);
        pending.rule.append_value(breach.rule.name());
        pending.text.append_value(&breach.text);
        pending.record.append_value(record);
        pending.length += 1;
        if pending.length < BATCH { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), PullError> {
        let Pending { mut table, mut row, mut column, mut rule, mut text, mut record, length } =
            std::mem::take(&mut self.pending);
        let repeated = |value: &str| -> ArrayRef {
            let mut builder = StringBuilder::new();
            (0..length).for_each(|_| builder.append_value(value));
            Arc::new(builder.finish())
        };
        let columns: Vec<ArrayRef> = vec![
            repeated(&self.source),
            repeated(&self.file),
            Arc::new(table.finish()),
            Arc::new(row.finish()),
            Arc::new(column.finish()),
            Arc::new(rule.finish()),
            Arc::new(text.finish()),
            Arc::new(record.finish()),
        ];
        let batch = RecordBatch::try_new(schema(), columns).map_err(arrow_failed)?;
        Ok(self.writer.write(&batch)?)
    }

    /// Rejected rows of a table, by rule.
    pub(crate) fn counts(&self, at: usize) -> impl Iterator<Item = (&Rule, u64)> {
        self.counts.iter().filter(move |((table, _), _)| *table == at).map(|((_, rule), count)| (rule, *count))
    }

    /// What most of the rejected rows broke, in words.
    pub(crate) fn most(&self) -> String {
        let mut by_rule: BTreeMap<&Rule, u64> = BTreeMap::new();
        for ((_, rule), count) in &self.counts {
            *by_rule.entry(rule).or_default() += count;
        }
        let Some((rule, count)) = by_rule.into_iter().max_by_key(|(_, count)| *count) else { return String::new() };
        let (row, what) = self.first.get(rule).cloned().unwrap_or_default();
        format!("{count} break the rule `{}`, the first in row {row}: {what}", rule.name())
    }

    pub(crate) fn finish(mut self) -> Result<LocalTable, PullError> {
        self.flush()?;
        Ok(self.writer.finish()?)
    }
}
