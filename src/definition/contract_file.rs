//! A contract as its file writes it, and the checks that make it one.

use std::path::Path;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::contract::{Bilingual, ColumnPolicy, Contract, Delivery, DueDay, Origin, Policy, Sensitivity, Serves};
use super::error::Errors;
use super::format_file::RawFormat;
use super::source_text::SourceText;
use super::table_file::RawTable;
use super::{Column, DefinitionError, FilePattern, Format, Problem, TableContract};
use crate::store::Digest;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContract {
    name: Spanned<String>,
    title: Bilingual,
    provider: String,
    layout: Option<String>,
    origin: Origin,
    files: Vec<Spanned<String>>,
    sensitivity: Spanned<Sensitivity>,
    every: Option<Every>,
    #[serde(default)]
    serves: Serves,
    #[serde(default)]
    assumed: bool,
    #[serde(default)]
    may_be_empty: bool,
    delivery: Option<RawDue>,
    rows_within: Option<RowsWithin>,
    format: Spanned<RawFormat>,
    #[serde(default)]
    delivery_as: Vec<RawDelivery>,
    policy: Policy,
    #[serde(rename = "table")]
    tables: Vec<RawTable>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Every {
    Year,
}

/// What a pattern of files is, for messages.
const FILE_NAME: &str =
    "a file below the extracts, by its path without `..`, with {date} or {year} if every = \"year\"";

/// The day of the year by which the year's extract should be there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDue {
    due: Spanned<String>,
}

/// A share, checked as it is read.
#[derive(Deserialize)]
#[serde(transparent)]
struct RowsWithin(#[serde(deserialize_with = "share")] f64);

/// The same register in another form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDelivery {
    files: Vec<Spanned<String>>,
    format: Spanned<RawFormat>,
}

impl RawDelivery {
    fn check(&self, source: &SourceText, every: Option<Every>) -> Result<Delivery, Vec<DefinitionError>> {
        let mut errors = Errors::default();
        let format = errors.take(self.format.get_ref().check(source, &self.format));
        let files = errors.take_all(self.files.iter().map(|pattern| {
            FilePattern::parse(pattern.get_ref())
                .filter(|parsed| every.is_none() || parsed.has_year())
                .ok_or_else(|| source.not(pattern, FILE_NAME))
        }));
        match (format, files) {
            (Some((format, text)), Some(files)) => Ok(Delivery { files, format, text }),
            _ => Err(errors.all()),
        }
    }
}

impl Contract {
    /// Reads and checks the contract in `file`, relative to `root`.
    pub(super) fn read(root: &Path, file: &Path) -> Result<Self, Vec<DefinitionError>> {
        let source = SourceText::read(root, file)?;
        let raw: RawContract = source.parse()?;
        let (every, format) = (raw.every, raw.format.span());
        let first = RawDelivery { files: raw.files, format: raw.format };
        let mut errors = Errors::default();
        let deliveries = std::iter::once(&first).chain(&raw.delivery_as).map(|delivery| delivery.check(&source, every));
        let Some(deliveries) = errors.take_all(deliveries) else { return Err(errors.all()) };
        let tables = errors.take_all(raw.tables.into_iter().map(|table| table.check(&source, &deliveries)));
        let tables = tables.unwrap_or_default();
        let shape = |text: &str| source.error(format.clone(), Problem::Shape(text.to_owned()));
        if tables.len() > 1 && deliveries.iter().any(|delivery| delivery.format.is_single_table()) {
            errors.push(shape("a CSV, SAS or Parquet file holds one table"));
        }
        let takes_in = |delivery: &Delivery| matches!(delivery.format, Format::Csv { .. });
        if raw.policy.columns == ColumnPolicy::Evolve && !deliveries.iter().all(takes_in) {
            errors.push(shape("new columns are taken in from CSV only"));
        }
        if raw.policy.columns == ColumnPolicy::Evolve && *raw.sensitivity.get_ref() == Sensitivity::Person {
            errors.push(shape("new columns are not taken in from a source on persons: they may hold names"));
        }
        if every.is_none() && tables.iter().flat_map(|table| &table.columns).any(Column::is_of_year) {
            errors.push(shape("values with {year} are of a source with every = \"year\""));
        }
        let is_personal = |table: &TableContract| table.columns.iter().any(|column| column.kind.is_person());
        if *raw.sensitivity.get_ref() != Sensitivity::Person && tables.iter().any(is_personal) {
            // The sensitivity is what asks for a secret key.
            let problem = Problem::Shape("a source with CPR numbers has the sensitivity `person`".to_owned());
            errors.push(source.error(raw.sensitivity.span(), problem));
        }
        if raw.origin == Origin::Extracts && raw.layout.is_none() {
            let what = format!("the source `{}`", raw.name.get_ref());
            errors.push(source.error(raw.name.span(), Problem::Missing { what, key: "layout" }));
        }
        let due = raw.delivery.as_ref().and_then(|RawDue { due }| {
            errors.take(DueDay::parse(due.get_ref()).ok_or_else(|| source.not(due, "a day of the year as MM-dd")))
        });
        errors.none()?;
        Ok(Self {
            name: raw.name.into_inner(),
            title: raw.title,
            provider: raw.provider,
            layout: raw.layout,
            origin: raw.origin,
            deliveries,
            sensitivity: raw.sensitivity.into_inner(),
            yearly: raw.every == Some(Every::Year),
            serves: raw.serves,
            assumed: raw.assumed,
            may_be_empty: raw.may_be_empty,
            due,
            rows_within: raw.rows_within.map(|RowsWithin(share)| share),
            policy: raw.policy,
            tables,
            digest: digest_without_prose(&source)?,
            file: file.to_owned(),
        })
    }
}

/// A changed description must not stage a register anew, nor must a changed expectation of the next delivery.
fn digest_without_prose(source: &SourceText) -> Result<Digest, DefinitionError> {
    fn strip(value: &mut toml::Value) {
        match value {
            toml::Value::Table(table) => {
                for prose in ["title", "provider", "layout", "da", "en", "unit", "delivery", "rows_within"] {
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
