//! Why an extract was refused as a whole, told so that a data engineer can act on it.

use jiff::civil::Date;

use super::mask::Discretion;

/// Why an extract was refused as a whole.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// Nothing in it, not even what a file without rows has.
    #[error("the extract is empty")]
    Empty,
    /// It is of its format, and holds no record.
    #[error("the extract has no rows")]
    NoRows,
    /// It ends before its end.
    #[error("the extract is cut off: {what}")]
    Truncated {
        /// What is missing.
        what: String,
    },
    /// It is of another format, whatever its name says.
    #[error("the extract is {found}")]
    OtherFormat {
        /// What it is.
        found: &'static str,
    },
    /// The reader of its format fails on it.
    #[error("the extract is damaged: the reader of its format gives up on it")]
    Damaged,
    /// It holds more than any extract does.
    #[error("the extract has more than {gib} GiB unpacked")]
    TooLarge {
        /// The limit.
        gib: u64,
    },
    /// It is not of its format.
    #[error("the extract can't be parsed as {format}")]
    Malformed {
        /// The format.
        format: &'static str,
        /// Where.
        row: u64,
        /// The parser's words.
        reason: String,
    },
    /// It is written in another character set.
    #[error("the extract is not {expected}: {evidence}")]
    WrongEncoding {
        /// What the contract says.
        expected: &'static str,
        /// What gave it away.
        evidence: String,
    },
    /// Two columns have names of one.
    #[error("the columns `{name}` and `{other}` are one column, and both stand in it")]
    TwoNames {
        /// The first one's name.
        name: String,
        /// The other's.
        other: String,
    },
    /// A column is not there.
    #[error("the column `{column}` is missing")]
    MissingColumn {
        /// The register's name for it.
        column: String,
        /// The closest column that is there and not in the contract.
        closest: Option<String>,
    },
    /// It is of no version of the layout that the contract has.
    #[error("the extract is of no version of the layout that the contract knows")]
    OtherVersion {
        /// What it says, where a version is told.
        said: String,
        /// What the versions say there.
        known: Vec<String>,
    },
    /// A sheet is not there.
    #[error("the sheet `{table}` is missing")]
    MissingTable {
        /// Its name in the contract.
        table: String,
        /// The closest that is there.
        closest: Option<String>,
    },
    /// A record is of a type that the contract does not know.
    #[error("the record type `{record_type}` is not in the contract")]
    OtherRecordType {
        /// Where.
        row: u64,
        /// The type.
        record_type: String,
    },
    /// No record is of a type of the contract, and some are of others.
    #[error("no record is of type `{record_type}`, and some are of types that are not in the contract")]
    NoRecords {
        /// The type.
        record_type: String,
        /// The others, with their counts.
        others: String,
    },
    /// A column is there that the contract does not know.
    #[error("the column `{column}` is not in the contract")]
    UnknownColumn {
        /// The column.
        column: String,
    },
    /// A column is there twice.
    #[error("the column `{column}` stands twice")]
    TwiceColumn {
        /// The column.
        column: String,
    },
    /// The extract's own count is another than ours.
    #[error("the control total does not match: {declared} declared, {counted} counted")]
    ControlTotal {
        /// What the trailer says.
        declared: String,
        /// What was read.
        counted: u64,
        /// Where the trailer stands.
        row: u64,
    },
    /// It was drawn on another day than its file's name says.
    #[error("the extract says {declared} where its file's name says {expected}")]
    OtherDate {
        /// What the extract says.
        declared: String,
        /// What the name says.
        expected: Date,
    },
    /// A total row is not the sum of its parts.
    #[error("{mismatches} total rows are not the sum of their parts")]
    Totals {
        /// How many.
        mismatches: u64,
        /// The first of them.
        first: String,
    },
    /// Values or combinations that a complete extract has are missing.
    #[error("the extract is incomplete: {} missing", missing.join("; "))]
    Incomplete {
        /// What is missing, by column.
        missing: Vec<String>,
        /// What the rejected rows broke, if there are any: they may be what is missing.
        rejected: Option<String>,
    },
    /// A row breaks a rule that the contract freezes.
    #[error("row {row} breaks the rule `{rule}`, which the contract freezes")]
    Frozen {
        /// The row.
        row: u64,
        /// The rule.
        rule: String,
        /// The column.
        column: String,
        /// The offending text, numbers that may be a person's masked.
        text: String,
    },
    /// Too many rows of a table were rejected.
    #[error("{rejected} of {read} rows of `{table}` were rejected, more than the {limit} % that the contract allows")]
    TooManyRejected {
        /// The table.
        table: String,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        read: u64,
        /// The limit in percent.
        limit: f64,
        /// The rule that most of them broke, and the first row that did.
        most: String,
    },
}

impl Refusal {
    /// The refusal as it may be told: what the file says in it is hidden where it may be a person's.
    pub(super) fn discreet(self, discretion: &Discretion<'_>) -> Self {
        let name = |name: String| discretion.name(&name);
        match self {
            Self::Malformed { format, row, reason } => {
                Self::Malformed { format, row, reason: discretion.message(&reason) }
            }
            Self::Truncated { what } => Self::Truncated { what: discretion.message(&what) },
            Self::WrongEncoding { expected, evidence } => {
                Self::WrongEncoding { expected, evidence: discretion.message(&evidence) }
            }
            Self::MissingColumn { column, closest } => Self::MissingColumn { column, closest: closest.map(name) },
            Self::MissingTable { table, closest } => Self::MissingTable { table, closest: closest.map(name) },
            Self::UnknownColumn { column } => Self::UnknownColumn { column: name(column) },
            Self::TwiceColumn { column } => Self::TwiceColumn { column: name(column) },
            Self::TwoNames { name: first, other } => Self::TwoNames { name: name(first), other: name(other) },
            Self::OtherRecordType { row, record_type } => Self::OtherRecordType { row, record_type: name(record_type) },
            Self::ControlTotal { declared, counted, row } => {
                Self::ControlTotal { declared: discretion.figure(&declared), counted, row }
            }
            Self::OtherDate { declared, expected } => {
                Self::OtherDate { declared: discretion.figure(&declared), expected }
            }
            // The rest are words of the contract, and texts that were hidden when they were kept.
            Self::Totals { mismatches, first } => Self::Totals { mismatches, first: discretion.words(&first) },
            Self::Empty
            | Self::NoRows
            | Self::OtherFormat { .. }
            | Self::TooLarge { .. }
            | Self::Damaged
            | Self::Incomplete { .. }
            | Self::NoRecords { .. }
            | Self::OtherVersion { .. }
            | Self::Frozen { .. }
            | Self::TooManyRejected { .. } => self,
        }
    }

    pub(super) fn detail(&self) -> Option<String> {
        match self {
            // Of a file as a whole no row is at fault.
            Self::Malformed { row: 0, reason, .. } => Some(reason.clone()),
            Self::Malformed { row, reason, .. } => Some(format!("row {row}: {reason}")),
            Self::MissingColumn { closest: Some(name), .. } | Self::MissingTable { closest: Some(name), .. } => {
                Some(format!("the file has `{name}` instead"))
            }
            Self::OtherRecordType { row, .. } => Some(format!("row {row}")),
            Self::OtherVersion { said, known } => Some(format!("{said}; the contract has {}", known.join(", "))),
            Self::NoRecords { others, .. } => Some(format!("there are {others} instead")),
            Self::ControlTotal { row, .. } => Some(format!("the trailer stands in row {row}")),
            Self::Totals { first, .. } => Some(first.clone()),
            Self::Frozen { column, text, .. } => Some(format!("column `{column}`, text `{text}`")),
            Self::TooManyRejected { most, .. } => Some(most.clone()),
            Self::Incomplete { rejected, .. } => rejected.clone(),
            _ => None,
        }
    }

    pub(super) fn hint(&self, source: &str) -> String {
        let contract = format!("pipelines/sources/{source}.toml");
        match self {
            Self::TooLarge { .. } => "Ask the provider for it in parts, or look what fills it.".to_owned(),
            Self::Empty | Self::Damaged | Self::Truncated { .. } | Self::ControlTotal { .. } => {
                "Fetch the extract again; if it is the same, ask the provider for a new delivery.".to_owned()
            }
            Self::NoRows => format!(
                "Fetch the extract again, or ask the provider; where a file without rows is right, say `may_be_empty = true` in \
                 {contract}."
            ),
            Self::Malformed { .. } => format!("Check the file against `format` in {contract}."),
            Self::OtherFormat { .. } => format!(
                "Fetch the extract again; if it is meant to be so, say it in its name (.gz, .zst, .zip) or in `format` in \
                 {contract}."
            ),
            Self::WrongEncoding { .. } => {
                format!("Ask the provider which character set it is, and set `encoding` in {contract}.")
            }
            Self::MissingColumn { closest: Some(column), .. } => {
                format!("If `{column}` is its new name, add it to the column's `aliases` in {contract}.")
            }
            Self::MissingColumn { closest: None, .. } => {
                format!("Ask the provider for the column, or change {contract}.")
            }
            Self::MissingTable { .. } => format!("Ask the provider, or change `element` of the table in {contract}."),
            Self::TwiceColumn { .. } | Self::TwoNames { .. } => "Ask the provider which of the two holds.".to_owned(),
            Self::UnknownColumn { .. } => {
                format!("Describe the column in {contract}, or set `columns` under [policy] to quarantine.")
            }
            Self::OtherRecordType { .. } => format!(
                "Describe it as a table in {contract}, or add it to `skip` there if lines are of fixed width; or set `record_types` under [policy] to count."
            ),
            Self::OtherVersion { .. } => format!(
                "Ask the provider which version of the interface it is, and describe it as a `[[version]]` in {contract}; or \
                 fetch the right file."
            ),
            Self::NoRecords { .. } => {
                format!("Ask the provider whether they have another type now, and correct `element` in {contract}.")
            }
            Self::OtherDate { .. } => "A delivery of another day lies under this name: fetch the right one.".to_owned(),
            Self::Incomplete { rejected: Some(_), .. } => {
                format!("`maaltal rejects show {source}` lists the rows that were rejected.")
            }
            Self::Totals { .. } => "Rows are missing, doubled or changed: ask the provider.".to_owned(),
            Self::Incomplete { .. } => {
                format!("Ask the provider for a complete extract; what must be there is `complete` in {contract}.")
            }
            Self::Frozen { .. } => format!("Correct the row, or set [policy] in {contract} to quarantine."),
            Self::TooManyRejected { .. } => {
                format!("`maaltal rejects show {source}` lists them; the limit is `max_rejected_share` in {contract}.")
            }
        }
    }
}
