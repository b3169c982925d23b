//! The published schema: a promise to every reader of the dataset.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;

use crate::bilingual::Bilingual;
use crate::digest::Digest;
use crate::error::{DefinitionError, Errors, Problem};
use crate::source_text::SourceText;

/// The types that every reader likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishedType {
    /// UTF-8 text.
    String,
    Int32,
    Int64,
    Double,
    /// Decimal of at most 18 digits.
    Decimal {
        /// Digits in all.
        precision: u8,
        /// Digits after the decimal point.
        scale: i8,
    },
    Date,
    Boolean,
}

impl PublishedType {
    /// The type in a Frictionless table schema.
    pub fn frictionless(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int32 | Self::Int64 => "integer",
            Self::Double | Self::Decimal { .. } => "number",
            Self::Date => "date",
            Self::Boolean => "boolean",
        }
    }
}

impl FromStr for PublishedType {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "string" => Ok(Self::String),
            "int32" => Ok(Self::Int32),
            "int64" => Ok(Self::Int64),
            "double" => Ok(Self::Double),
            "date32" => Ok(Self::Date),
            "boolean" => Ok(Self::Boolean),
            _ => {
                let inner = text.strip_prefix("decimal(").and_then(|rest| rest.strip_suffix(')')).ok_or(())?;
                let (precision, scale) = inner.split_once(',').ok_or(())?;
                let precision: u8 = precision.trim().parse().map_err(|_| ())?;
                let scale: i8 = scale.trim().parse().map_err(|_| ())?;
                (precision <= 18 && scale >= 0).then_some(Self::Decimal { precision, scale }).ok_or(())
            }
        }
    }
}

impl fmt::Display for PublishedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Int32 => f.write_str("int32"),
            Self::Int64 => f.write_str("int64"),
            Self::Double => f.write_str("double"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::Date => f.write_str("date32"),
            Self::Boolean => f.write_str("boolean"),
        }
    }
}

#[derive(Debug, Clone)]
pub struct PublishedColumn {
    pub name: String,
    pub kind: PublishedType,
    pub nullable: bool,
    pub description: Bilingual,
}

/// A published table: the model of the same name, with these columns, sorted by the key.
#[derive(Debug, Clone)]
pub struct PublishedTable {
    /// The table's and its model's name.
    pub name: String,
    pub title: Bilingual,
    /// The columns that identify a row and sort the table, first columns of the table.
    pub key: Vec<String>,
    /// All columns, in order.
    pub columns: Vec<PublishedColumn>,
    /// A table without rows tells that there is nothing to tell.
    pub may_be_empty: bool,
    /// Line and column of its name in the dataset's file, from 1.
    pub place: Option<(usize, usize)>,
}

/// A dataset's published schema.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The dataset's name and folder.
    pub name: String,
    pub title: Bilingual,
    pub description: Bilingual,
    pub tables: Vec<PublishedTable>,
    /// Digest of the schema file.
    pub digest: Digest,
    /// The dataset's file, for messages.
    pub file: PathBuf,
}

/// The types that there are, for messages.
const TYPES: &str = "one of string, int32, int64, double, date32, boolean and decimal(p,s) of at most 18 digits";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDataset {
    name: String,
    title: Bilingual,
    description: Bilingual,
    #[serde(rename = "table")]
    tables: Vec<RawPublishedTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPublishedTable {
    name: Spanned<String>,
    title: Bilingual,
    key: Vec<Spanned<String>>,
    #[serde(default)]
    may_be_empty: bool,
    columns: Vec<RawPublishedColumn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPublishedColumn {
    name: String,
    #[serde(rename = "type")]
    kind: Spanned<String>,
    #[serde(default)]
    nullable: bool,
    da: String,
    en: String,
}

impl Dataset {
    pub(crate) fn read(root: &Path, file: &Path) -> Result<Self, Vec<DefinitionError>> {
        let source = SourceText::read(root, file)?;
        let raw: RawDataset = source.parse()?;
        let mut errors = Errors::default();
        let Some(tables) = errors.take_all(raw.tables.into_iter().map(|table| table.check(&source))) else {
            return Err(errors.all());
        };
        let mut names = BTreeSet::new();
        for table in tables.iter().filter(|table| !names.insert(&table.name)) {
            let problem = Problem::Duplicate { what: "table", name: table.name.clone() };
            errors.push(DefinitionError { problem, file: file.to_owned(), place: table.place });
        }
        errors.none()?;
        let digest = Digest::of(&source.text);
        let file = file.to_owned();
        Ok(Self { name: raw.name, title: raw.title, description: raw.description, tables, digest, file })
    }
}

impl RawPublishedTable {
    fn check(self, source: &SourceText) -> Result<PublishedTable, Vec<DefinitionError>> {
        let mut errors = Errors::default();
        let columns = errors.take_all(self.columns.into_iter().map(|raw| {
            let kind = raw.kind.get_ref().parse().map_err(|()| source.not(&raw.kind, TYPES))?;
            let description = Bilingual { da: raw.da, en: raw.en };
            Ok::<_, DefinitionError>(PublishedColumn { name: raw.name, kind, nullable: raw.nullable, description })
        }));
        let Some(columns) = columns else { return Err(errors.all()) };
        for (place, key) in self.key.iter().enumerate() {
            let names = columns.iter().map(|column| column.name.as_str());
            match errors.take(source.position(key, "column", names)) {
                Some(found) if found != place => {
                    errors.push(source.not(key, "at its place: a table's key is its first columns, in order"));
                }
                Some(_) if columns[place].nullable => {
                    let problem = Problem::Shape(format!("the key column `{}` is nullable", key.get_ref()));
                    errors.push(source.error(key.span(), problem));
                }
                Some(_) | None => {}
            }
        }
        errors.none()?;
        let key = self.key.into_iter().map(Spanned::into_inner).collect();
        let place = Some(source.place(self.name.span()));
        Ok(PublishedTable {
            name: self.name.into_inner(),
            title: self.title,
            key,
            columns,
            may_be_empty: self.may_be_empty,
            place,
        })
    }
}
