//! A contract as its file writes it, and the checks that make it one.

use std::collections::BTreeSet;
use std::path::Path;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::column::RawColumn;
use super::contract::{
    Bilingual, ColumnPolicy, Completeness, Contract, ControlRows, Expected, Origin, Policy, Sensitivity, TableContract,
    Total, Validity,
};
use super::source_text::SourceText;
use super::{DateFormat, DefinitionError, Encoding, FilePattern, Format, FrameAttribute, Kind, Problem, TextFormat};
use crate::store::Digest;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContract {
    name: String,
    title: Bilingual,
    provider: String,
    origin: Origin,
    files: Vec<Spanned<String>>,
    sensitivity: Spanned<Sensitivity>,
    every: Option<Every>,
    #[serde(default)]
    assumed: bool,
    format: Spanned<RawFormat>,
    policy: Policy,
    #[serde(rename = "table")]
    tables: Vec<RawTable>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Every {
    Year,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFormat {
    kind: Spanned<String>,
    encoding: Option<Encoding>,
    delimiter: Option<Spanned<String>>,
    quote: Option<Spanned<String>>,
    trailer: Option<RawTrailer>,
    extract_date: Option<FrameAttribute>,
    root: Option<String>,
    #[serde(default)]
    nulls: Vec<String>,
    dates: Option<DateFormat>,
    decimal: Option<char>,
    thousands: Option<char>,
}

/// CSV trailers are a word, XML trailers an element with a count.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawTrailer {
    Word(String),
    Element(FrameAttribute),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    name: Spanned<String>,
    title: Bilingual,
    element: Option<String>,
    #[serde(default)]
    key: Vec<Spanned<String>>,
    validity: Option<RawValidity>,
    #[serde(default)]
    totals: Vec<RawTotal>,
    #[serde(default)]
    control: Vec<RawControl>,
    #[serde(default)]
    complete: Vec<RawComplete>,
    #[serde(rename = "column")]
    columns: Vec<RawColumn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawValidity {
    of: Vec<Spanned<String>>,
    from: Spanned<String>,
    to: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTotal {
    column: Spanned<String>,
    values: BTreeSet<String>,
    of: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawControl {
    column: Spanned<String>,
    values: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawComplete {
    column: Spanned<String>,
    values: Option<BTreeSet<String>>,
    integers: Option<IntegerRange>,
    code_list: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntegerRange {
    from: i64,
    to: i64,
}

impl Contract {
    /// Reads and checks the contract in `file`, relative to `root`.
    pub(super) fn read(root: &Path, file: &Path) -> Result<Self, DefinitionError> {
        let source = SourceText::read(root, file)?;
        let raw: RawContract = source.parse()?;
        let (format, text) = raw.format.get_ref().check(&source, &raw.format)?;
        let files = raw
            .files
            .iter()
            .map(|pattern| {
                FilePattern::parse(pattern.get_ref())
                    .filter(|parsed| raw.every.is_none() || parsed.has_year())
                    .ok_or_else(|| source.not(pattern, "a file name, with {date} or {year} if every = \"year\""))
            })
            .collect::<Result<_, _>>()?;
        let tables =
            raw.tables.into_iter().map(|table| table.check(&source, &format, &text)).collect::<Result<Vec<_>, _>>()?;
        let is_csv = matches!(format, Format::Csv { .. });
        if tables.len() > 1 && is_csv {
            return Err(source.error(raw.format.span(), Problem::Shape("a CSV file holds one table".to_owned())));
        }
        if raw.policy.columns == ColumnPolicy::Evolve && !is_csv {
            let problem = Problem::Shape("new columns are taken in from CSV only".to_owned());
            return Err(source.error(raw.format.span(), problem));
        }
        let is_personal = |table: &TableContract| table.columns.iter().any(|column| column.kind == Kind::Cpr);
        if *raw.sensitivity.get_ref() != Sensitivity::Person && tables.iter().any(is_personal) {
            // The sensitivity is what asks for a secret key.
            let problem = Problem::Shape("a source with CPR numbers has the sensitivity `person`".to_owned());
            return Err(source.error(raw.sensitivity.span(), problem));
        }
        Ok(Self {
            name: raw.name,
            title: raw.title,
            provider: raw.provider,
            origin: raw.origin,
            files,
            sensitivity: raw.sensitivity.into_inner(),
            yearly: raw.every == Some(Every::Year),
            assumed: raw.assumed,
            format,
            text,
            policy: raw.policy,
            tables,
            digest: digest_without_prose(&source)?,
            file: file.to_owned(),
        })
    }
}

impl RawFormat {
    fn check(&self, source: &SourceText, whole: &Spanned<Self>) -> Result<(Format, TextFormat), DefinitionError> {
        let missing = |key| {
            let what = format!("the format `{}`", self.kind.get_ref());
            source.error(whole.span(), Problem::Missing { what, key })
        };
        let format = match self.kind.get_ref().as_str() {
            "csv" => {
                let delimiter = self.delimiter.as_ref().ok_or_else(|| missing("delimiter"))?;
                let [delimiter_byte] = *delimiter.get_ref().as_bytes() else {
                    return Err(source.not(delimiter, "one ASCII character"));
                };
                Format::Csv {
                    encoding: self.encoding.ok_or_else(|| missing("encoding"))?,
                    delimiter: delimiter_byte,
                    quote: match &self.quote {
                        Some(quote) => match *quote.get_ref().as_bytes() {
                            [byte] => Some(byte),
                            _ => return Err(source.not(quote, "one ASCII character")),
                        },
                        None => None,
                    },
                    trailer: match &self.trailer {
                        Some(RawTrailer::Word(word)) => Some(word.clone()),
                        Some(RawTrailer::Element(_)) => return Err(missing("trailer as a text")),
                        None => None,
                    },
                }
            }
            "xml" => Format::Xml {
                encoding: self.encoding.ok_or_else(|| missing("encoding"))?,
                root: self.root.clone().ok_or_else(|| missing("root"))?,
                extract_date: self.extract_date.clone(),
                trailer: match &self.trailer {
                    Some(RawTrailer::Element(trailer)) => Some(trailer.clone()),
                    Some(RawTrailer::Word(_)) => return Err(missing("trailer with element and attribute")),
                    None => None,
                },
            },
            "toml" => Format::Toml,
            _ => return Err(source.not(&self.kind, "one of csv, xml and toml")),
        };
        let text = TextFormat {
            nulls: self.nulls.clone(),
            dates: self.dates,
            decimal: self.decimal.unwrap_or('.'),
            thousands: self.thousands,
        };
        Ok((format, text))
    }
}

impl RawTable {
    fn check(self, source: &SourceText, format: &Format, text: &TextFormat) -> Result<TableContract, DefinitionError> {
        if self.element.is_none() && !matches!(format, Format::Csv { .. }) {
            let what = format!("the table `{}`", self.name.get_ref());
            return Err(source.error(self.name.span(), Problem::Missing { what, key: "element" }));
        }
        let mut columns = Vec::new();
        let mut unread = Vec::new();
        for raw in self.columns {
            let raw_name = raw.raw().to_owned();
            match raw.check(source, format, text)? {
                Some(column) => columns.push(column),
                None => unread.push(raw_name),
            }
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = columns.iter().find(|column| !seen.insert(&column.name)) {
            let problem = Problem::Duplicate { what: "column", name: twice.name.clone() };
            return Err(source.error(self.name.span(), problem));
        }
        let position =
            |name: &Spanned<String>| source.position(name, "column", columns.iter().map(|column| column.name.as_str()));
        let positions =
            |names: &[Spanned<String>]| names.iter().map(position).collect::<Result<Vec<_>, DefinitionError>>();
        let date = |name: &Spanned<String>| match position(name)? {
            index if columns[index].kind == Kind::Date => Ok(index),
            _ => Err(source.not(name, "a column of type date")),
        };
        let validity = match &self.validity {
            Some(raw) => Some(Validity { of: positions(&raw.of)?, from: date(&raw.from)?, to: date(&raw.to)? }),
            None => None,
        };
        let totals = self
            .totals
            .into_iter()
            .map(|raw| match position(&raw.of)? {
                of if columns[of].kind == Kind::Integer => {
                    Ok(Total { column: position(&raw.column)?, values: raw.values, of })
                }
                _ => Err(source.not(&raw.of, "a column of type integer")),
            })
            .collect::<Result<_, DefinitionError>>()?;
        let control = self
            .control
            .into_iter()
            .map(|raw| Ok(ControlRows { column: position(&raw.column)?, values: raw.values }))
            .collect::<Result<_, DefinitionError>>()?;
        let complete = self
            .complete
            .into_iter()
            .map(|raw| {
                let expected = match (raw.values, raw.integers, raw.code_list) {
                    (Some(values), None, None) => Expected::Values(values),
                    (None, Some(IntegerRange { from, to }), None) => {
                        Expected::Values((from..=to).map(|number| number.to_string()).collect())
                    }
                    (None, None, Some(list)) => Expected::CodeList(list),
                    _ => return Err(source.not(&raw.column, "given with one of values, integers and code_list")),
                };
                Ok(Completeness { column: position(&raw.column)?, expected })
            })
            .collect::<Result<_, DefinitionError>>()?;
        Ok(TableContract {
            key: positions(&self.key)?,
            name: self.name.into_inner(),
            title: self.title,
            element: self.element,
            validity,
            totals,
            control,
            complete,
            columns,
            unread,
        })
    }
}

/// A changed description must not stage a register anew.
fn digest_without_prose(source: &SourceText) -> Result<Digest, DefinitionError> {
    fn strip(value: &mut toml::Value) {
        match value {
            toml::Value::Table(table) => {
                for prose in ["title", "provider", "da", "en", "unit"] {
                    table.remove(prose);
                }
                table.iter_mut().for_each(|(_, value)| strip(value));
            }
            toml::Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut whole = toml::Value::Table(source.parse()?);
    strip(&mut whole);
    let canonical =
        serde_json::to_vec(&whole).map_err(|error| source.error_in_file(Problem::Shape(error.to_string())))?;
    Ok(Digest::of(canonical))
}

/// A number from 0 to 1.
pub(super) fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let share = f64::deserialize(deserializer)?;
    match (0.0..=1.0).contains(&share) {
        true => Ok(share),
        false => Err(D::Error::custom(format!("the share {share} is not between 0 and 1"))),
    }
}
