//! A table of a contract: its columns and the rules on its rows.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;

use super::{Bilingual, Column, Pattern, Scalar};

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
    /// Left is 0 or the same as right.
    #[serde(rename = "0 or =")]
    ZeroOrEqual,
}

impl Comparison {
    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtMost => "<=",
            Self::Below => "<",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::ZeroOrEqual => "0 or =",
        }
    }

    /// Whether it holds for two values; those that can't be compared break nothing.
    pub fn holds(self, left: Scalar, right: Scalar) -> bool {
        let is_zero = matches!(left, Scalar::Integer(0) | Scalar::Decimal(0));
        (self == Self::ZeroOrEqual && is_zero) || left.partial_cmp(&right).is_none_or(|it| self.holds_for(it))
    }

    /// Whether it holds for values that compare so.
    pub fn holds_for(self, ordering: Ordering) -> bool {
        match self {
            Self::AtMost => ordering.is_le(),
            Self::Below => ordering.is_lt(),
            Self::Equal | Self::ZeroOrEqual => ordering.is_eq(),
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
    pub texts: Excluded,
    /// Why they are left out.
    pub description: Bilingual,
}

/// The texts that leave a row out.
#[derive(Debug, Clone)]
pub enum Excluded {
    /// One of these.
    Values(BTreeSet<String>),
    /// All that match as a whole.
    Pattern(Pattern),
}

impl Excluded {
    /// Whether a cell's text, without its padding, leaves the row out.
    pub fn holds(&self, text: &str) -> bool {
        match self {
            Self::Values(values) => values.contains(text),
            Self::Pattern(pattern) => pattern.matches(text),
        }
    }
}

impl fmt::Display for Excluded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Values(values) => f.write_str(&values.iter().map(String::as_str).collect::<Vec<_>>().join(", ")),
            Self::Pattern(pattern) => pattern.fmt(f),
        }
    }
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

impl TableContract {
    /// Whether a row of these texts, without their padding, is a total of others.
    pub fn is_total<'t>(&self, text: impl Fn(usize) -> &'t str) -> bool {
        self.totals.iter().any(|total| total.values.contains(text(total.column)))
    }

    /// Whether a row of these texts is a control row: a total, or a subtotal.
    pub fn is_control<'t>(&self, text: impl Fn(usize) -> &'t str) -> bool {
        self.is_total(&text) || self.control.iter().any(|control| control.values.contains(text(control.column)))
    }

    /// What leaves a row of these texts out, if anything does.
    pub fn exclusion<'t>(&self, text: impl Fn(usize) -> &'t str) -> Option<&Exclusion> {
        self.exclusions.iter().find(|rule| rule.texts.holds(text(rule.column)))
    }
}
