//! What can go wrong while pulling, told so that a data engineer can act on it.

use jiff::civil::Date;

use super::SYNTHETIC_MARK;
use super::mask::Discretion;
use crate::problem::{Exit, Explain};
use crate::store::{LocationError, StoreError, TableError};

/// An extract could not be pulled.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The extracts' address can't be opened.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// No file has the name of the source's extracts.
    #[error("no extract of `{source_name}`{} at {address}", if years.is_empty() { String::new() } else { format!(" for {}", in_words(years)) })]
    Missing {
        /// The source.
        source_name: String,
        /// The years that lack one; empty for a source that is of no year.
        years: Vec<i16>,
        /// Where was looked.
        address: String,
        /// The names looked for.
        patterns: Vec<String>,
    },
    /// Two files serve the same year and neither is newer.
    #[error(
        "two extracts of `{source_name}` serve {} and none is the newer",
        year.map_or_else(|| "all years".to_owned(), |year| year.to_string())
    )]
    Ambiguous {
        /// The source.
        source_name: String,
        /// The year; `None` for all.
        year: Option<i16>,
        /// The files.
        files: [String; 2],
    },
    /// The address can't be listed or the file can't be read.
    #[error("can't read {what}")]
    Unreadable {
        /// The address or file.
        what: String,
        /// Why.
        reason: String,
    },
    /// Real extracts need a key.
    #[error("no pseudonym key: the environment variable {name} is not set")]
    NoPseudonymKey {
        /// The variable.
        name: String,
        /// A source on persons.
        source_name: String,
        /// An extract of it that is not synthetic.
        file: String,
    },
    /// The key could be guessed.
    #[error("the pseudonym key in {name} is shorter than {shortest} bytes")]
    WeakPseudonymKey {
        /// The variable.
        name: String,
        /// The least number of bytes.
        shortest: usize,
    },
    /// The extract breaks its contract beyond its limit.
    #[error("{source_name}: {refusal}")]
    Refused {
        /// The source.
        source_name: String,
        /// The extract's file.
        file: String,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The extract that its foreign keys refer to was not staged.
    #[error("{source_name}: not pulled, since `{referred}`, which it refers to, is not staged")]
    Unreferred {
        /// The source.
        source_name: String,
        /// The extract's file.
        file: String,
        /// The table referred to.
        referred: String,
    },
    /// The extract has far more or far fewer rows than the one of the year before.
    #[error("{source_name}: {rows} rows accepted where the year before had {previous}")]
    RowsOutside {
        /// The source.
        source_name: String,
        /// The extract's file.
        file: String,
        /// Rows accepted.
        rows: u64,
        /// Rows accepted of the year before.
        previous: u64,
        /// How much they may differ, in percent.
        within: f64,
    },
    /// The store can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The local disk can't be written.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Why an extract was refused as a whole.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// Nothing in it.
    #[error("the extract is empty")]
    Empty,
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
    /// A column is not there.
    #[error("the column `{column}` is missing")]
    MissingColumn {
        /// The register's name for it.
        column: String,
        /// The closest column that is there and not in the contract.
        closest: Option<String>,
    },
    /// A sheet is not there.
    #[error("the sheet `{table}` is missing")]
    MissingTable {
        /// Its name in the contract.
        table: String,
        /// The closest that is there.
        closest: Option<String>,
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

/// Years as people write them: 2014-2018 and 2020.
fn in_words(years: &[i16]) -> String {
    let mut spans: Vec<(i16, i16)> = Vec::new();
    for &year in years {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == year => *last = year,
            _ => spans.push((year, year)),
        }
    }
    let mut spans: Vec<String> = spans
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    match (spans.pop(), spans.is_empty()) {
        (Some(last), false) => format!("{} and {last}", spans.join(", ")),
        (last, _) => last.unwrap_or_default(),
    }
}

impl From<PullError> for Vec<PullError> {
    fn from(error: PullError) -> Self {
        vec![error]
    }
}

impl PullError {
    /// Whether the error only follows from another one.
    pub fn follows(&self) -> bool {
        matches!(self, Self::Unreferred { .. })
    }
}

impl Explain for PullError {
    fn exit(&self) -> Exit {
        match self {
            Self::Location(error) => error.exit(),
            Self::Missing { .. } | Self::Ambiguous { .. } | Self::Unreadable { .. } => Exit::Source,
            Self::NoPseudonymKey { .. } | Self::WeakPseudonymKey { .. } => Exit::Definition,
            Self::Refused { .. } | Self::Unreferred { .. } | Self::RowsOutside { .. } => Exit::Contract,
            Self::Store(error) => error.exit(),
            Self::Table(_) => Exit::Store,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Location(error) => error.details(),
            Self::Missing { patterns, .. } => vec![format!("looked for {}", patterns.join(", "))],
            Self::Ambiguous { files, .. } => files.to_vec(),
            Self::Unreadable { reason, .. } => vec![reason.clone()],
            Self::NoPseudonymKey { source_name, file, .. } => vec![format!(
                "{file} of `{source_name}` is not synthetic: {SYNTHETIC_MARK} beside the extracts does not list it with \
                 its digest"
            )],
            Self::WeakPseudonymKey { .. } => Vec::new(),
            Self::Refused { file, refusal, .. } => {
                let mut details = vec![format!("file {file}")];
                details.extend(refusal.detail());
                details
            }
            Self::Unreferred { file, .. } => vec![format!("file {file}")],
            Self::RowsOutside { file, within, .. } => {
                vec![format!("file {file}"), format!("the contract allows a difference of {within} %")]
            }
            Self::Store(error) => error.details(),
            Self::Table(error) => std::error::Error::source(error).map(ToString::to_string).into_iter().collect(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Location(error) => error.hint(),
            Self::Missing { years, .. } if !years.is_empty() => {
                let extracts = if years.len() == 1 { "extract" } else { "extracts" };
                Some(format!("Put the {extracts} there, or shorten `years` in the pipeline."))
            }
            Self::Missing { .. } => Some("Put the extract there, or check `extracts` in the environment.".to_owned()),
            Self::Ambiguous { .. } => Some("Remove one of them.".to_owned()),
            Self::Unreadable { .. } => Some("Check the address, the permissions and the AWS_* variables.".to_owned()),
            Self::NoPseudonymKey { name, .. } => {
                Some(format!("Real extracts hold CPR numbers: set {name} to a secret of at least {} bytes.", 32))
            }
            Self::WeakPseudonymKey { .. } => {
                Some("Use a longer secret, for example `openssl rand -hex 32`.".to_owned())
            }
            Self::Refused { source_name, refusal, .. } => Some(refusal.hint(source_name)),
            Self::Unreferred { .. } => Some("Mend the extract that it refers to first.".to_owned()),
            Self::RowsOutside { source_name, .. } => Some(format!(
                "Ask the provider whether the delivery is complete; if it is, raise `rows_within` in \
                 pipelines/sources/{source_name}.toml."
            )),
            Self::Store(error) => error.hint(),
            Self::Table(_) => Some("Check that the temporary folder (TMPDIR) has room.".to_owned()),
        }
    }
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
            Self::ControlTotal { declared, counted, row } => {
                Self::ControlTotal { declared: discretion.figure(&declared), counted, row }
            }
            Self::OtherDate { declared, expected } => {
                Self::OtherDate { declared: discretion.figure(&declared), expected }
            }
            // The rest are words of the contract, and texts that were hidden when they were kept.
            Self::Totals { mismatches, first } => Self::Totals { mismatches, first: discretion.words(&first) },
            Self::Empty
            | Self::OtherFormat { .. }
            | Self::TooLarge { .. }
            | Self::Damaged
            | Self::Incomplete { .. }
            | Self::Frozen { .. }
            | Self::TooManyRejected { .. } => self,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Malformed { row, reason, .. } => Some(format!("row {row}: {reason}")),
            Self::MissingColumn { closest: Some(name), .. } | Self::MissingTable { closest: Some(name), .. } => {
                Some(format!("the file has `{name}` instead"))
            }
            Self::ControlTotal { row, .. } => Some(format!("the trailer stands in row {row}")),
            Self::Totals { first, .. } => Some(first.clone()),
            Self::Frozen { column, text, .. } => Some(format!("column `{column}`, text `{text}`")),
            Self::TooManyRejected { most, .. } => Some(most.clone()),
            Self::Incomplete { rejected, .. } => rejected.clone(),
            _ => None,
        }
    }

    fn hint(&self, source: &str) -> String {
        let contract = format!("pipelines/sources/{source}.toml");
        match self {
            Self::TooLarge { .. } => "Ask the provider for it in parts, or look what fills it.".to_owned(),
            Self::Empty | Self::Damaged | Self::Truncated { .. } | Self::ControlTotal { .. } => {
                "Fetch the extract again; if it is the same, ask the provider for a new delivery.".to_owned()
            }
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
            Self::TwiceColumn { .. } => "Ask the provider which of the two holds.".to_owned(),
            Self::UnknownColumn { .. } => {
                format!("Describe the column in {contract}, or set `columns` under [policy] to quarantine.")
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
