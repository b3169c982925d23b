//! A rule that a row broke, and what may be kept of the row's texts.

use crate::definition::{Column, Kind, Sensitivity, TableContract};
use crate::pull::mask::{mask_person, mask_value, shape_of};
use crate::pull::parse::{Cell, SHEET_ERRORS};
use crate::pull::refusal::Refusal;

/// The rules that a row can break, by the names that rejects and `source_quality` show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// The record has another number of columns than the header.
    ColumnCount,
    /// The record is of no type that the contract knows.
    RecordType,
    /// The record is not of the format.
    Malformed,
    /// The record is the header once more.
    Header,
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
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::ColumnCount => "column_count",
            Self::RecordType => "record_type",
            Self::Malformed => "malformed",
            Self::Header => "header",
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
pub(crate) struct Breach {
    pub(crate) rule: Rule,
    pub(crate) column: String,
    pub(crate) text: String,
}

impl Breach {
    /// The refusal of the extract, where its contract allows no such row.
    pub(crate) fn frozen(self, row: u64) -> Refusal {
        Refusal::Frozen { row, rule: self.rule.name().to_owned(), column: self.column, text: self.text }
    }
}

/// What may be kept of a text of a rejected row. In a source on persons words are hidden, too: a column that slipped may
/// hold a name.
pub(crate) fn kept_text(kind: &Kind, sensitivity: Sensitivity, text: &str) -> String {
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
pub(crate) fn kept_value(column: &Column, sensitivity: Sensitivity, text: &str) -> String {
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
pub(crate) fn kept_record(table: &TableContract, sensitivity: Sensitivity, cells: &[Option<Cell<'_>>]) -> String {
    let texts: serde_json::Map<_, _> = table
        .columns
        .iter()
        .zip(cells)
        .map(|(column, cell)| (column.raw.clone(), cell.map(|cell| kept_cell(column, sensitivity, cell.text())).into()))
        .collect();
    serde_json::Value::Object(texts).to_string()
}
