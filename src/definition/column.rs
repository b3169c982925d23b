//! A column of a contract: its type and what its values may be.

use std::collections::BTreeSet;

use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

use super::contract::{Bilingual, Sensitivity};
use super::source_text::SourceText;
use super::value::{Scalar, read_scalar};
use super::{DefinitionError, Format, Problem, TextFormat};

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text, as it stands without the padding.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// A decimal number.
    Decimal {
        /// Digits in all.
        precision: u8,
        /// Digits after the decimal mark.
        scale: i8,
    },
    /// A day.
    Date,
    /// One text for true and one for false.
    Boolean {
        /// Spellings of true.
        yes: Vec<String>,
        /// Spellings of false.
        no: Vec<String>,
    },
    /// A CPR number: leaves the reader as a pseudonym.
    Cpr,
}

/// The smallest and the largest value allowed.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Inclusive.
    pub min: Option<Scalar>,
    /// Inclusive.
    pub max: Option<Scalar>,
}

/// A column that is read.
#[derive(Debug, Clone)]
pub struct Column {
    /// The register's name for it: a header, an attribute (`../` for the enclosing element's), a key.
    pub raw: String,
    /// Other names that deliveries have used.
    pub aliases: Vec<String>,
    /// Its name in the staged table.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// May it be missing?
    pub nullable: bool,
    /// The whole value has to match.
    pub pattern: Option<Regex>,
    /// The values allowed.
    pub values: Option<BTreeSet<String>>,
    /// The reference list whose first key column has to hold the value.
    pub code_list: Option<String>,
    /// The range allowed.
    pub limits: Limits,
    /// Spellings of an open end, read as missing.
    pub open_end: Vec<String>,
    /// The unit, in Danish.
    pub unit: Option<String>,
    /// What it holds.
    pub description: Bilingual,
}

/// A column as the contract writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawColumn {
    raw: Spanned<String>,
    #[serde(default)]
    aliases: Vec<String>,
    name: Option<Spanned<String>>,
    #[serde(rename = "type")]
    kind: Option<Spanned<String>>,
    precision: Option<u8>,
    scale: Option<i8>,
    #[serde(rename = "true", default)]
    yes: Vec<String>,
    #[serde(rename = "false", default)]
    no: Vec<String>,
    #[serde(default)]
    nullable: bool,
    pattern: Option<Spanned<String>>,
    values: Option<BTreeSet<String>>,
    code_list: Option<String>,
    min: Option<Spanned<String>>,
    max: Option<Spanned<String>>,
    #[serde(default)]
    open_end: Vec<String>,
    unit: Option<String>,
    sensitivity: Option<Sensitivity>,
    da: String,
    en: String,
}

impl RawColumn {
    /// The register's name for the column.
    pub(super) fn raw(&self) -> &str {
        self.raw.get_ref()
    }

    /// The checked column; `None` for one that is never read.
    pub(super) fn check(
        self,
        source: &SourceText,
        format: &Format,
        text: &TextFormat,
    ) -> Result<Option<Column>, DefinitionError> {
        if matches!(self.sensitivity, Some(Sensitivity::Direct | Sensitivity::Unused)) {
            return Ok(None);
        }
        let missing = |key| {
            let what = format!("the column `{}`", self.raw.get_ref());
            source.error(self.raw.span(), Problem::Missing { what, key })
        };
        let name = self.name.as_ref().ok_or_else(|| missing("name"))?;
        let kind_name = self.kind.as_ref().ok_or_else(|| missing("type"))?;
        let kind = match kind_name.get_ref().as_str() {
            "text" => Kind::Text,
            "integer" => Kind::Integer,
            "decimal" => {
                let precision = self.precision.ok_or_else(|| missing("precision"))?;
                let scale = self.scale.ok_or_else(|| missing("scale"))?;
                if !(1..=38).contains(&precision) || !(0..=i16::from(precision)).contains(&i16::from(scale)) {
                    return Err(source.not(kind_name, "of at most 38 digits, of which scale are decimals"));
                }
                Kind::Decimal { precision, scale }
            }
            "date" if text.dates.is_some() || matches!(format, Format::Toml) => Kind::Date,
            "date" => return Err(missing("dates in [format]")),
            "boolean" if self.yes.is_empty() => return Err(missing("true")),
            "boolean" if self.no.is_empty() => return Err(missing("false")),
            "boolean" => Kind::Boolean { yes: self.yes.clone(), no: self.no.clone() },
            "cpr" => Kind::Cpr,
            _ => {
                return Err(source.not(kind_name, "one of text, integer, decimal, date, boolean and cpr"));
            }
        };
        let pattern = match &self.pattern {
            Some(pattern) => Some(
                Regex::new(&format!("^(?:{})$", pattern.get_ref()))
                    .map_err(|_| source.not(pattern, "a regular expression"))?,
            ),
            None => None,
        };
        // Limits are written as the definitions write numbers, not as the register does.
        let plain = TextFormat { nulls: Vec::new(), dates: text.dates, decimal: '.', thousands: None };
        let limit = |given: &Option<Spanned<String>>| match given {
            Some(given) => read_scalar(given.get_ref(), &kind, &plain)
                .map(Some)
                .ok_or_else(|| source.not(given, "a value of the column's type")),
            None => Ok(None),
        };
        let limits = Limits { min: limit(&self.min)?, max: limit(&self.max)? };
        if let (Some(min), Some(max), Some(given)) = (limits.min, limits.max, &self.max)
            && min > max
        {
            return Err(source.not(given, "at least the column's min"));
        }
        Ok(Some(Column {
            limits,
            raw: self.raw.get_ref().clone(),
            aliases: self.aliases,
            name: name.get_ref().clone(),
            nullable: self.nullable,
            pattern,
            values: self.values,
            code_list: self.code_list,
            open_end: self.open_end,
            unit: self.unit,
            description: Bilingual { da: self.da, en: self.en },
            kind,
        }))
    }
}
