//! Contracts: what an extract has to be, and what happens when it is not.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::contract_file::share;
use super::{Column, FilePattern, Format, Match, Reference, Scalar, TextFormat};
use crate::store::Digest;

/// The same text in Danish and English.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Danish.
    pub da: String,
    /// English.
    pub en: String,
}

/// Where a source's files lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// At the extracts' address of the environment.
    Extracts,
    /// Beside the contracts: reference lists and goals.
    Definitions,
}

/// How much harm a source, or a column of it, could do outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Anybody may see it.
    Open,
    /// About a practice.
    Practice,
    /// About a person.
    Person,
    /// Names a person: never read past the parser.
    Direct,
    /// Free text or housekeeping that nothing needs: what is not read can't leak.
    Unused,
}

/// What to do with columns that the contract does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnPolicy {
    /// Take them in as text.
    Evolve,
    /// Leave them out and say so.
    Quarantine,
    /// Refuse the extract.
    Freeze,
}

/// What to do with rows that break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowPolicy {
    /// Keep the row aside, up to the contract's limit.
    Quarantine,
    /// Refuse the extract.
    Freeze,
}

/// What happens when reality differs.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Columns that the contract does not know.
    pub columns: ColumnPolicy,
    /// Values that are not of their column's type.
    pub types: RowPolicy,
    /// Rows that break another rule.
    pub rows: RowPolicy,
    /// The share of rejected rows, 0 to 1, beyond which the extract is refused.
    #[serde(default, deserialize_with = "share")]
    pub max_rejected_share: f64,
}

/// Which year an extract serves, by the year in its file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Serves {
    /// That year.
    #[default]
    SameYear,
    /// The year after it: the population of 31 December is that of 1 January.
    FollowingYear,
}

/// The day of every year by which the year's extract should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDay {
    month: i8,
    day: i8,
}

impl DueDay {
    /// Reads `04-30`, a day that every year has.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        Date::new(2001, month, day).ok().map(|_| Self { month, day })
    }

    /// The day in a year.
    pub fn in_year(self, year: i16) -> Date {
        // 29 February, the only day that some years lack, can't be given.
        Date::new(year, self.month, self.day).unwrap_or(Date::MAX)
    }
}

/// Files of one form, and how they are read.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The names of the files.
    pub files: Vec<FilePattern>,
    /// How they are read.
    pub format: Format,
    /// How their values are written.
    pub text: TextFormat,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Comparison {
    /// Left is less than or equal to right.
    #[serde(rename = "<=")]
    AtMost,
    /// Left is less than right.
    #[serde(rename = "<")]
    Below,
    /// They are the same.
    #[serde(rename = "=")]
    Equal,
    /// They are not the same.
    #[serde(rename = "!=")]
    NotEqual,
}

impl Comparison {
    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtMost => "<=",
            Self::Below => "<",
            Self::Equal => "=",
            Self::NotEqual => "!=",
        }
    }

    /// Whether it holds for values that compare so.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::AtMost => ordering.is_le(),
            Self::Below => ordering.is_lt(),
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
        }
    }
}

/// A rule across two columns of a row; a missing value breaks none.
#[derive(Debug, Clone)]
pub struct RowRule {
    /// What a row that breaks it is rejected as.
    pub name: String,
    /// The left column.
    pub left: usize,
    /// How they have to compare.
    pub comparison: Comparison,
    /// The right column.
    pub right: usize,
    /// What it says.
    pub description: Bilingual,
}

/// Rows that the register's own rules leave out.
#[derive(Debug, Clone)]
pub struct Exclusion {
    /// What they are counted as.
    pub name: String,
    /// The column that tells them.
    pub column: usize,
    /// Its texts that do.
    pub values: BTreeSet<String>,
    /// Why they are left out.
    pub description: Bilingual,
}

/// Rows that are accepted, and counted under a name: what a delivery has of them is worth knowing.
#[derive(Debug, Clone)]
pub struct CountedRows {
    /// What they are counted as.
    pub name: String,
    /// The column that tells them.
    pub column: usize,
    /// Its values below this do.
    pub below: Scalar,
    /// What they are.
    pub description: Bilingual,
}

/// Rows of one entity whose periods must not overlap; half-open, an empty end is open.
#[derive(Debug, Clone)]
pub struct Validity {
    /// The columns that identify the entity.
    pub of: Vec<usize>,
    /// The first day.
    pub from: usize,
    /// The day after the last.
    pub to: usize,
}

/// Rows that are totals over a column: checked against the rows they sum.
#[derive(Debug, Clone)]
pub struct Total {
    /// The column summed over.
    pub column: usize,
    /// Its texts that mean "all".
    pub values: BTreeSet<String>,
    /// The column that is summed: integers or decimals.
    pub of: usize,
    /// The columns whose values a total and its parts share.
    pub per: Vec<usize>,
    /// Whether an extract without such a row is incomplete.
    pub presence: Presence,
}

/// Whether something has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It may be missing.
    #[default]
    Optional,
    /// It has to be there.
    Required,
}

/// Rows that are counted as control rows and not checked further.
#[derive(Debug, Clone)]
pub struct ControlRows {
    /// The column that tells them.
    pub column: usize,
    /// Its texts that do.
    pub values: BTreeSet<String>,
}

/// The values that a complete extract has in a column.
#[derive(Debug, Clone)]
pub enum Expected {
    /// These texts.
    Values(BTreeSet<String>),
    /// All of a reference list.
    CodeList(String),
}

/// A column whose expected values have to be there in every combination with the others.
#[derive(Debug, Clone)]
pub struct Completeness {
    /// The column.
    pub column: usize,
    /// What has to be there.
    pub expected: Expected,
}

/// One table of a source.
#[derive(Debug, Clone)]
pub struct TableContract {
    /// The table's name in SQL.
    pub name: String,
    /// What it is called.
    pub title: Bilingual,
    /// The XML element, record type, sheet or array of its records.
    pub element: Option<String>,
    /// How often one line of fixed width holds such a record.
    pub occurrences: usize,
    /// The column without which an occurrence is none.
    pub present: Option<usize>,
    /// The columns that identify a row.
    pub key: Vec<usize>,
    /// Periods that must not overlap.
    pub validity: Option<Validity>,
    /// Rows that are totals.
    pub totals: Vec<Total>,
    /// Other control rows.
    pub control: Vec<ControlRows>,
    /// Rules across columns.
    pub rules: Vec<RowRule>,
    /// Rows that are left out.
    pub exclusions: Vec<Exclusion>,
    /// Rows that are counted by name as well as accepted.
    pub counted: Vec<CountedRows>,
    /// What a complete extract holds.
    pub complete: Vec<Completeness>,
    /// The columns that are read.
    pub columns: Vec<Column>,
    /// The raw names of columns that are known and never read.
    pub unread: Vec<String>,
    /// Columns in all, read and unread.
    pub width: usize,
}

/// A source's contract.
#[derive(Debug, Clone)]
pub struct Contract {
    /// The source's name.
    pub name: String,
    /// What it is called.
    pub title: Bilingual,
    /// Who delivers it.
    pub provider: String,
    /// Where its files lie.
    pub origin: Origin,
    /// The forms it is delivered in.
    pub deliveries: Vec<Delivery>,
    /// How much harm it could do outside.
    pub sensitivity: Sensitivity,
    /// One extract serves one year; otherwise every extract serves all years.
    pub yearly: bool,
    /// Which year that is.
    pub serves: Serves,
    /// The layout is assumed, since the register's own is not public.
    pub assumed: bool,
    /// An extract without a row is one, for years before the register began.
    pub may_be_empty: bool,
    /// When the year's extract should be there.
    pub due: Option<DueDay>,
    /// How much, as a share, the accepted rows may differ from those of the year before.
    pub rows_within: Option<f64>,
    /// What happens when reality differs.
    pub policy: Policy,
    /// Its tables.
    pub tables: Vec<TableContract>,
    /// Digest of the contract without its prose.
    pub digest: Digest,
    /// The contract's file, for messages.
    pub file: PathBuf,
}

/// The codes of the reference lists, by list.
pub type CodeLists = BTreeMap<String, BTreeSet<String>>;

impl Contract {
    /// The form that a file is of, and what its name says; `None` for a file of another source.
    pub fn delivery(&self, file: &str) -> Option<(&Delivery, Match)> {
        self.deliveries.iter().find_map(|delivery| {
            let found = delivery.files.iter().find_map(|pattern| pattern.matches(file))?;
            Some((delivery, found))
        })
    }

    /// The names of its files, in all forms.
    pub fn patterns(&self) -> impl Iterator<Item = &FilePattern> {
        self.deliveries.iter().flat_map(|delivery| &delivery.files)
    }

    /// The staged columns of other sources that its columns refer to.
    pub fn references(&self) -> BTreeSet<&Reference> {
        self.tables.iter().flat_map(|table| &table.columns).filter_map(|column| column.references.as_ref()).collect()
    }

    /// The reference lists that the contract's columns refer to.
    pub fn code_lists(&self) -> BTreeSet<&str> {
        let columns = self.tables.iter().flat_map(|table| &table.columns);
        let complete = self.tables.iter().flat_map(|table| &table.complete);
        columns
            .filter_map(|column| column.code_list.as_deref())
            .chain(complete.filter_map(|rule| match &rule.expected {
                Expected::CodeList(list) => Some(list.as_str()),
                Expected::Values(_) => None,
            }))
            .collect()
    }
}
