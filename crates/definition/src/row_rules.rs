//! The rules on a table's rows: what is checked, what is left out, what is counted.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use crate::bilingual::Bilingual;
use crate::column::Column;
use crate::comparison::Comparison;
use crate::error::{DefinitionError, Problem};
use crate::pattern::Pattern;
use crate::source_text::SourceText;
use crate::text_format::TextFormat;
use crate::value::{Kind, Scalar, read_scalar};

/// A rule across two columns of a row; a missing value breaks none.
#[derive(Debug, Clone)]
pub struct RowRule {
    /// What a row that breaks it is rejected as.
    pub name: String,
    pub left: usize,
    pub comparison: Comparison,
    pub right: usize,
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
    #[default]
    Optional,
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
    Values(BTreeSet<String>),
    /// All of a reference list.
    CodeList(String),
}

/// A column whose expected values have to be there in every combination with the others.
#[derive(Debug, Clone)]
pub struct Completeness {
    pub column: usize,
    pub expected: Expected,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawValidity {
    of: Vec<Spanned<String>>,
    from: Spanned<String>,
    to: Spanned<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTotal {
    column: Spanned<String>,
    values: BTreeSet<String>,
    of: Spanned<String>,
    per: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    presence: Presence,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawControl {
    column: Spanned<String>,
    values: BTreeSet<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawComplete {
    column: Spanned<String>,
    values: Option<BTreeSet<String>>,
    integers: Option<IntegerRange>,
    code_list: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct IntegerRange {
    from: i64,
    to: i64,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRule {
    name: String,
    left: Spanned<String>,
    op: Comparison,
    right: Spanned<String>,
    da: String,
    en: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawExclusion {
    name: String,
    column: Spanned<String>,
    values: Option<BTreeSet<String>>,
    pattern: Option<Spanned<String>>,
    da: String,
    en: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCounted {
    name: String,
    column: Spanned<String>,
    below: Spanned<String>,
    da: String,
    en: String,
}

/// The columns of a table, for rules that name them.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) source: &'a SourceText,
    pub(crate) columns: &'a [Column],
}

impl Named<'_> {
    pub(crate) fn position(self, name: &Spanned<String>) -> Result<usize, DefinitionError> {
        self.source.position(name, "column", self.columns.iter().map(|column| column.name.as_str()))
    }

    /// The positions of columns, each of which is named once.
    pub(crate) fn positions(self, names: &[Spanned<String>]) -> Result<Vec<usize>, DefinitionError> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(name.get_ref())) {
            let problem = Problem::Duplicate { what: "column", name: twice.get_ref().clone() };
            return Err(self.source.error(twice.span(), problem));
        }
        names.iter().map(|name| self.position(name)).collect()
    }

    /// The position of a column that texts are listed of.
    fn listed(self, name: &Spanned<String>, texts: &BTreeSet<String>) -> Result<usize, DefinitionError> {
        self.source.unpadded(name.span(), texts)?;
        self.position(name)
    }

    fn date(self, name: &Spanned<String>) -> Result<usize, DefinitionError> {
        match self.position(name)? {
            index if self.columns[index].kind == Kind::Date => Ok(index),
            _ => Err(self.source.not(name, "a column of type date")),
        }
    }
}

impl RawValidity {
    pub(crate) fn check(self, named: Named<'_>) -> Result<Validity, DefinitionError> {
        Ok(Validity { of: named.positions(&self.of)?, from: named.date(&self.from)?, to: named.date(&self.to)? })
    }
}

impl RawTotal {
    /// `key`: the columns that identify a row, for a total that does not say what it shares with its parts.
    pub(crate) fn check(self, named: Named<'_>, key: &[Spanned<String>]) -> Result<Total, DefinitionError> {
        let (column, of) = (named.listed(&self.column, &self.values)?, named.position(&self.of)?);
        if !named.columns[of].kind.is_number() {
            return Err(named.source.not(&self.of, "a column of type integer or decimal"));
        }
        let per = match &self.per {
            Some(names) => named.positions(names)?,
            None => named.positions(key)?.into_iter().filter(|key| *key != column).collect(),
        };
        if per.iter().any(|column| named.columns[*column].kind.is_person()) {
            return Err(named.source.not(&self.column, "given with a `per` without CPR numbers"));
        }
        Ok(Total { column, values: self.values, of, per, presence: self.presence })
    }
}

impl RawControl {
    pub(crate) fn check(self, named: Named<'_>) -> Result<ControlRows, DefinitionError> {
        Ok(ControlRows { column: named.listed(&self.column, &self.values)?, values: self.values })
    }
}

impl RawComplete {
    pub(crate) fn check(self, named: Named<'_>) -> Result<Completeness, DefinitionError> {
        let expected = match (self.values, self.integers, self.code_list) {
            (Some(values), None, None) => {
                named.source.unpadded(self.column.span(), &values)?;
                Expected::Values(values)
            }
            (None, Some(IntegerRange { from, to }), None) => {
                Expected::Values((from..=to).map(|number| number.to_string()).collect())
            }
            (None, None, Some(list)) => Expected::CodeList(list),
            _ => return Err(named.source.not(&self.column, "given with one of values, integers and code_list")),
        };
        Ok(Completeness { column: named.position(&self.column)?, expected })
    }
}

impl RawRule {
    pub(crate) fn check(self, named: Named<'_>) -> Result<RowRule, DefinitionError> {
        let (left, right) = (named.position(&self.left)?, named.position(&self.right)?);
        if named.columns[left].kind != named.columns[right].kind {
            return Err(named.source.not(&self.right, "a column of the same type as the left one"));
        }
        if self.op == Comparison::ZeroOrEqual && !named.columns[left].kind.is_number() {
            return Err(named.source.not(&self.left, "a column of type integer or decimal, of which alone one is 0"));
        }
        let description = Bilingual { da: self.da, en: self.en };
        Ok(RowRule { name: self.name, left, comparison: self.op, right, description })
    }
}

impl RawExclusion {
    pub(crate) fn check(self, named: Named<'_>) -> Result<Exclusion, DefinitionError> {
        let texts = match (self.values, self.pattern) {
            (Some(values), None) => {
                named.source.unpadded(self.column.span(), &values)?;
                Excluded::Values(values)
            }
            (None, Some(pattern)) => Excluded::Pattern(named.source.pattern(&pattern)?),
            _ => return Err(named.source.not(&self.column, "given with one of values and pattern")),
        };
        let description = Bilingual { da: self.da, en: self.en };
        Ok(Exclusion { name: self.name, column: named.position(&self.column)?, texts, description })
    }
}

impl RawCounted {
    pub(crate) fn check(self, named: Named<'_>) -> Result<CountedRows, DefinitionError> {
        let column = named.position(&self.column)?;
        let below = read_scalar(self.below.get_ref(), &named.columns[column].kind, &TextFormat::plain())
            .ok_or_else(|| named.source.not(&self.below, "a value of the column's type"))?;
        let description = Bilingual { da: self.da, en: self.en };
        Ok(CountedRows { name: self.name, column, below, description })
    }
}
