//! Contracts: what an extract has to be, and what happens when it is not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::arrival::{Arrival, DeliveredYears, OfAYear, OfAllYears, RawArrival};
use crate::bilingual::Bilingual;
use crate::column::{Column, Reference};
use crate::delivery::{Delivery, RawDelivery};
use crate::digest::Digest;
use crate::due_day::{DayFrom, DueDay, Every};
use crate::error::{DefinitionError, Errors, Problem};
use crate::file_pattern::{FilePattern, Match, NAME};
use crate::format::{Format, RawFormat};
use crate::letters::plain_name;
use crate::parts::{Parts, RawParts};
use crate::policy::{ColumnPolicy, Policy, SameRows, share};
use crate::row_rules::Expected;
use crate::sensitivity::Sensitivity;
use crate::source_text::SourceText;
use crate::table::{RawTable, TableContract};
use crate::version::{RawVersion, Shared, Version, Versions};

/// Where a source's files lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// At the extracts' address of the environment.
    Extracts,
    /// Beside the contracts: reference lists and goals.
    Definitions,
    /// Beside the models that they describe, below `sql/`: entries, one a file.
    Models,
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

impl Serves {
    /// The year that an extract serves which is named after a year, or was drawn in it.
    pub fn of_named(self, named: i16) -> i16 {
        named + self.later()
    }

    /// The year that an extract is named after which serves a year.
    pub fn named_for(self, served: i16) -> i16 {
        served - self.later()
    }

    fn later(self) -> i16 {
        i16::from(self == Self::FollowingYear)
    }
}

#[derive(Debug, Clone)]
pub struct Contract {
    pub name: String,
    pub title: Bilingual,
    pub provider: String,
    pub origin: Origin,
    /// The forms it is delivered in.
    pub deliveries: Vec<Delivery>,
    pub sensitivity: Sensitivity,
    /// One extract serves one year; otherwise every extract serves all years.
    pub yearly: bool,
    pub serves: Serves,
    /// Without it nothing is published, and a year without its extract is no year yet.
    pub required: bool,
    /// The years for which the register is delivered; outside of them nobody waits for it.
    pub years: Option<DeliveredYears>,
    /// The parts of each year, each in a file of its own; `None` where a year is one file.
    pub parts: Option<Parts>,
    /// Where its layout is published, or what it is assumed from; a list of the project's own needs none.
    pub layout: Option<String>,
    /// The layout is assumed, since the register's own is not public.
    pub assumed: bool,
    /// An extract without a row is one, for years before the register began.
    pub may_be_empty: bool,
    /// When the year's extract should be there.
    pub due: Option<DueDay>,
    /// Where an extract says on which day it was drawn.
    pub day: DayFrom,
    /// Which of a year's extracts serves it.
    pub of_a_year: OfAYear,
    /// Which of the dated extracts are read, where each serves all years.
    pub of_all_years: OfAllYears,
    /// How much, as a share, the accepted rows may differ from those of the year before.
    pub rows_within: Option<f64>,
    /// What becomes of extracts that have the same rows as another.
    pub same_rows: SameRows,
    pub policy: Policy,
    /// As files of the first version have them, where the layout has several.
    pub tables: Vec<TableContract>,
    /// The versions of the layout, each of which gives the same tables; `None` where there is one.
    pub versions: Option<Versions>,
    /// The version that this is the contract of, once it is known of a file.
    pub version: Option<String>,
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

    /// The contract for files of one of its versions.
    pub fn in_version(&self, version: &Version) -> Self {
        Self {
            deliveries: vec![version.delivery.clone()],
            tables: version.tables.clone(),
            layout: version.layout.clone().or_else(|| self.layout.clone()),
            versions: None,
            version: Some(version.name.clone()),
            ..self.clone()
        }
    }

    /// The part of its year that a file is.
    pub fn part_of<'f>(&self, file: &'f str) -> Option<&'f str> {
        self.parts.as_ref()?;
        self.patterns().find_map(|pattern| pattern.part_in(file))
    }

    /// Whether only the newest of its files is read, although each serves all years: their names say a day and no year.
    pub fn reads_newest(&self) -> bool {
        !self.yearly && self.of_all_years == OfAllYears::Newest && self.patterns().all(FilePattern::is_dated)
    }

    /// The names of its files, in all forms.
    pub fn patterns(&self) -> impl Iterator<Item = &FilePattern> {
        self.deliveries.iter().flat_map(|delivery| &delivery.files)
    }

    /// The pattern of a source of one entry a file.
    pub fn entries(&self) -> Option<&FilePattern> {
        self.patterns().find(|pattern| pattern.has_name())
    }

    /// Whom what is told of its extracts may be about: a row that slipped has what names a person in any place.
    pub fn told_of(&self) -> Sensitivity {
        match self.tables.iter().any(|table| table.has_direct) {
            true => Sensitivity::Person,
            false => self.sensitivity,
        }
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

/// A contract as its file writes it.
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
    required: bool,
    years: Option<Spanned<DeliveredYears>>,
    parts: Option<Spanned<Vec<RawParts>>>,
    #[serde(default)]
    assumed: bool,
    #[serde(default)]
    may_be_empty: bool,
    #[serde(default)]
    delivery: RawArrival,
    rows_within: Option<RowsWithin>,
    #[serde(default)]
    same_rows: SameRows,
    format: Spanned<RawFormat>,
    #[serde(default)]
    delivery_as: Vec<RawDelivery>,
    #[serde(default, rename = "version")]
    versions: Vec<RawVersion>,
    policy: Policy,
    #[serde(rename = "table")]
    tables: Vec<RawTable>,
}

/// A share, checked as it is read.
#[derive(Deserialize)]
#[serde(transparent)]
struct RowsWithin(#[serde(deserialize_with = "share")] f64);

impl Contract {
    /// Reads and checks the contract in `file`, relative to `root`.
    ///
    /// # Errors
    /// All that is wrong with it, each with its place.
    pub fn read(root: &Path, file: &Path) -> Result<Self, Vec<DefinitionError>> {
        let source = SourceText::read(root, file)?;
        let raw: RawContract = source.parse()?;
        let (every, format) = (raw.every, raw.format.span());
        let first = RawDelivery { files: raw.files, format: raw.format };
        let mut errors = Errors::default();
        let forms = std::iter::once(&first).chain(&raw.delivery_as);
        let deliveries = forms.map(|delivery| delivery.check(&source, every, raw.delivery.day));
        let Some(deliveries) = errors.take_all(deliveries) else { return Err(errors.all()) };
        let (files, delivery, day) = (&first.files, &deliveries[0], raw.delivery.day);
        let shared = Shared { source: &source, files, delivery, every, day, tables: &raw.tables };
        let has_versions = !raw.versions.is_empty();
        let versions = errors.take(shared.check(raw.versions)).flatten();
        let tables = match &versions {
            Some(Versions { each, .. }) => each.first().map(|version| version.tables.clone()),
            None if has_versions => None,
            None => errors.take_all(raw.tables.into_iter().map(|table| table.check(&source, &deliveries))),
        };
        let tables = tables.unwrap_or_default();
        let shape = |text: &str| source.error(format.clone(), Problem::Shape(text.to_owned()));
        if has_versions && (deliveries.len() > 1 || raw.origin != Origin::Extracts) {
            errors.push(shape("versions are of a source with origin = \"extracts\" and without `delivery_as`"));
        }
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
        let names_year = deliveries.iter().flat_map(|delivery| &delivery.files).all(FilePattern::has_year);
        if let Some(years) = &raw.years {
            let of_no_year = || Problem::Shape("years are of a source whose files' names say the year".to_owned());
            let fault = years.get_ref().fault(every).or_else(|| (!names_year).then(of_no_year));
            if let Some(problem) = fault {
                errors.push(source.error(years.span(), problem));
            }
        }
        let has_year = every.is_some() || names_year;
        if !has_year && tables.iter().flat_map(|table| &table.columns).any(Column::is_of_year) {
            errors.push(shape(
                "values with {year} are of a source with every = \"year\", or with the year in the names of its files",
            ));
        }
        if raw.parts.is_none() && tables.iter().flat_map(|table| &table.columns).any(Column::is_of_part) {
            errors.push(shape("values with {part} are of a source with `parts`"));
        }
        let all_files = deliveries.iter().flat_map(|delivery| &delivery.files);
        let parts = errors.take(Parts::check(raw.parts, &source, every, all_files)).flatten();
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
        let arrival = errors.take(raw.delivery.check(&source, every, &deliveries));
        let has_names = |delivery: &Delivery| {
            matches!(delivery.format, Format::Toml)
                && delivery.files.iter().all(|pattern| pattern.has_name() && !pattern.folder().contains(NAME))
        };
        if raw.origin == Origin::Models {
            let is_name = |column: &Column| column.raw == NAME;
            let has_one = matches!(tables.as_slice(), [table] if table.columns.iter().any(is_name));
            if every.is_some() || !has_one || !deliveries.iter().all(has_names) {
                errors.push(shape(
                    "entries beside their models are TOML files with {name} in their names, and of one table with a \
                     column that has raw = \"{name}\"",
                ));
            }
        } else if deliveries.iter().flat_map(|delivery| &delivery.files).any(FilePattern::has_name) {
            errors.push(shape("files with {name} are of a source with origin = \"models\""));
        }
        let has_defaults = tables.iter().flat_map(|table| &table.columns).any(|column| column.default.is_some());
        if has_defaults && !deliveries.iter().all(|delivery| matches!(delivery.format, Format::Toml)) {
            errors.push(shape("columns have a default in TOML only: what a register leaves out is not known"));
        }
        let Some(Arrival { due, of_a_year, of_all_years }) = arrival else { return Err(errors.all()) };
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
            // The project's own lists and goals lie beside its contracts.
            required: raw.required || raw.origin != Origin::Extracts,
            years: raw.years.map(Spanned::into_inner),
            parts,
            assumed: raw.assumed,
            may_be_empty: raw.may_be_empty,
            due,
            day: raw.delivery.day,
            of_a_year,
            of_all_years,
            rows_within: raw.rows_within.map(|RowsWithin(share)| share),
            same_rows: raw.same_rows,
            policy: raw.policy,
            tables,
            versions,
            version: None,
            digest: digest_without_prose(&source)?,
            file: file.to_owned(),
        })
    }
}

/// What a contract says that makes no row another: prose, and what is expected of the next delivery.
const PROSE: [&str; 12] = [
    "title",
    "provider",
    "layout",
    "da",
    "en",
    "unit",
    "delivery",
    "rows_within",
    "same_rows",
    "required",
    "years",
    "parts",
];

/// A changed description must not stage a register anew, nor must a changed expectation of the next delivery.
fn digest_without_prose(source: &SourceText) -> Result<Digest, DefinitionError> {
    fn strip(value: &mut toml::Value) {
        match value {
            toml::Value::Table(table) => {
                // Where the day is said makes rows another, which hold it.
                let day = table.get("delivery").and_then(|delivery| delivery.get("day")).cloned();
                for prose in PROSE {
                    table.remove(prose);
                }
                table.extend(day.map(|day| ("delivery.day".to_owned(), day)));
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
