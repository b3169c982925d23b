//! Rows kept aside: with file, row, column, rule and text, so that they can be mended and replayed.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::mask::{mask_person, mask_value, shape_of};
use super::parse::{Cell, SHEET_ERRORS};
use super::{PullError, Refusal, arrow_failed};
use crate::definition::{Column, Kind, Sensitivity, TableContract};
use crate::store::{LocalTable, TableWriter};

/// Rejects that are written at once.
const BATCH: usize = 4096;

/// The rules that a row can break, by the names that rejects and `source_quality` show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// The record has another number of columns than the header.
    ColumnCount,
    /// The record is of no type that the contract knows.
    RecordType,
    /// The record is not of the format.
    Malformed,
    /// A value that has to be there is missing.
    Required,
    /// The text is no value of the column's type.
    Type,
    /// The text has another shape than the column's pattern.
    Pattern,
    /// The value is none of those allowed.
    Values,
    /// The value is outside the range allowed.
    Range,
    /// The code is not on the reference list.
    CodeList,
    /// The staged column that the value refers to does not hold it.
    Reference,
    /// A text has a number in it as persons have.
    PersonNumber,
    /// The period ends before it starts.
    Period,
    /// A rule of the contract across columns, by its name.
    AcrossColumns(String),
    /// An earlier row has the same key.
    Duplicate,
    /// An earlier row's period is not over.
    Overlap,
}

impl Rule {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::ColumnCount => "column_count",
            Self::RecordType => "record_type",
            Self::Malformed => "malformed",
            Self::Required => "required",
            Self::Type => "type",
            Self::Pattern => "pattern",
            Self::Values => "values",
            Self::Range => "range",
            Self::CodeList => "code_list",
            Self::Reference => "reference",
            Self::PersonNumber => "person_number",
            Self::Period => "period",
            Self::AcrossColumns(name) => name,
            Self::Duplicate => "duplicate_key",
            Self::Overlap => "overlapping_validity",
        }
    }
}

/// A breach of a rule.
pub(super) struct Breach {
    pub(super) rule: Rule,
    pub(super) column: String,
    pub(super) text: String,
}

impl Breach {
    /// The refusal of the extract, where its contract allows no such row.
    pub(super) fn frozen(self, row: u64) -> Refusal {
        Refusal::Frozen { row, rule: self.rule.name().to_owned(), column: self.column, text: self.text }
    }
}

/// Writes rejected rows and counts them by table and rule.
pub(super) struct Rejects {
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
    pub(super) fn new(source: &str, file: &str) -> Result<Self, PullError> {
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
    pub(super) fn add(
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
    pub(super) fn counts(&self, at: usize) -> impl Iterator<Item = (&Rule, u64)> {
        self.counts.iter().filter(move |((table, _), _)| *table == at).map(|((_, rule), count)| (rule, *count))
    }

    /// What most of the rejected rows broke, in words.
    pub(super) fn most(&self) -> String {
        let mut by_rule: BTreeMap<&Rule, u64> = BTreeMap::new();
        for ((_, rule), count) in &self.counts {
            *by_rule.entry(rule).or_default() += count;
        }
        let Some((rule, count)) = by_rule.into_iter().max_by_key(|(_, count)| *count) else { return String::new() };
        let (row, what) = self.first.get(rule).cloned().unwrap_or_default();
        format!("{count} break the rule `{}`, the first in row {row}: {what}", rule.name())
    }

    pub(super) fn finish(mut self) -> Result<LocalTable, PullError> {
        self.flush()?;
        Ok(self.writer.finish()?)
    }
}

/// What may be kept of a text of a rejected row. In a source on persons words are hidden, too: a column that slipped may
/// hold a name; codes of two letters stay.
pub(super) fn kept_text(kind: &Kind, sensitivity: Sensitivity, text: &str) -> String {
    let kept = match sensitivity {
        _ if kind.is_person() => shape_of(text),
        // An error of a sheet, such as `#DIV/0!`, is nobody's name.
        Sensitivity::Person if !SHEET_ERRORS.contains(&text) => mask_person(text),
        _ => mask_value(text),
    };
    // What is cut first could leave a number that is not known for a person's.
    beginning(&kept).to_owned()
}

/// Bytes that are kept of a text: a member of JSON stands in the record of every element below it.
const LONGEST_KEPT: usize = 4096;

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_KEPT)]
}

/// What may be kept of a value that passed its column's checks, as it is staged: a person is a pseudonym already.
pub(super) fn kept_value(column: &Column, sensitivity: Sensitivity, text: &str) -> String {
    // A pseudonym may have as many digits in a row as a person's number.
    if matches!(column.kind, Kind::Cpr | Kind::PersonNumber) {
        text.to_owned()
    } else {
        kept_cell(column, sensitivity, text)
    }
}

fn kept_cell(column: &Column, sensitivity: Sensitivity, text: &str) -> String {
    // What its column allows is no name.
    let is_listed = column.values.as_ref().is_some_and(|values| values.contains(text));
    if is_listed { text.to_owned() } else { kept_text(&column.kind, sensitivity, text) }
}

/// What may be kept of a record: a JSON object of the contract's columns, each text as [`kept_text`] leaves it.
pub(super) fn kept_record(table: &TableContract, sensitivity: Sensitivity, cells: &[Option<Cell<'_>>]) -> String {
    let texts: serde_json::Map<_, _> = table
        .columns
        .iter()
        .zip(cells)
        .map(|(column, cell)| (column.raw.clone(), cell.map(|cell| kept_cell(column, sensitivity, cell.text())).into()))
        .collect();
    serde_json::Value::Object(texts).to_string()
}

impl From<ArrowError> for PullError {
    fn from(error: ArrowError) -> Self {
        arrow_failed(error)
    }
}
