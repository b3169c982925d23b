//! Contracts: what an extract has to be, and what happens when it is not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::contract_file::share;
use super::{Expected, FilePattern, Format, Match, Reference, TableContract, TextFormat, plain_name};
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

/// As the contract writes it.
impl fmt::Display for DueDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
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
    /// Where its layout is published, or what it is assumed from; a list of the project's own needs none.
    pub layout: Option<String>,
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
        let file = plain_name(file);
        self.deliveries.iter().find_map(|delivery| {
            let found = delivery.files.iter().find_map(|pattern| pattern.matches(&file))?;
            Some((delivery, found))
        })
    }

    /// The names of its files, in all forms.
    pub fn patterns(&self) -> impl Iterator<Item = &FilePattern> {
        self.deliveries.iter().flat_map(|delivery| &delivery.files)
    }

    /// The words that it says its files hold: names of columns, tables and elements, and what stands in an end.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let columns = self.tables.iter().flat_map(|table| &table.columns);
        let names = columns.flat_map(|column| column.aliases.iter().chain([&column.raw]));
        let tables =
            self.tables.iter().flat_map(|table| table.unread.iter().chain(&table.element).chain([&table.name]));
        let frames = self.deliveries.iter().filter_map(|delivery| match &delivery.format {
            Format::Csv { trailer, .. } => trailer.as_deref(),
            Format::Xml { root, .. } => Some(root.as_str()),
            _ => None,
        });
        names.chain(tables).map(String::as_str).chain(frames)
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
