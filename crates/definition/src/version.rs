//! Versions of a register's layout: how a file says of which it is, and what differs between them.
//!
//! The contract's columns are those of all versions, so that every version gives the same tables; a column that only some
//! have names them. What a version says otherwise is put in the place of what the contract says.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use crate::delivery::{Delivery, RawDelivery};
use crate::due_day::{DayFrom, Every};
use crate::error::{DefinitionError, Errors, Problem};
use crate::format::{Format, Header, Positions, RawFormat, StartLine, positions};
use crate::letters::plain_name;
use crate::source_text::SourceText;
use crate::table::{RawTable, TableChange, TableContract};

/// Where a file says of which version it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionPlace {
    /// XML: the name of the outermost element.
    Root,
    /// XML: an attribute, before the records or of the first.
    Attribute { element: String, attribute: String },
    /// Fixed width: the letters of the first line of a record type, or of any that a table has.
    LineWidth { record_type: Option<String> },
    /// Fixed width: a field of the first line.
    FirstLine(Positions),
    /// CSV and Excel: which columns there are.
    Header,
}

impl fmt::Display for VersionPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("the root element"),
            Self::Attribute { element, attribute } => write!(f, "the attribute `{attribute}` of <{element}>"),
            Self::LineWidth { record_type: Some(of) } => write!(f, "the number of letters of a line of type `{of}`"),
            Self::LineWidth { record_type: None } => f.write_str("the number of letters of a line"),
            Self::FirstLine(at) => write!(f, "the field {at} of the first line"),
            Self::Header => f.write_str("the header"),
        }
    }
}

/// What files of a version say there.
#[derive(Debug, Clone)]
pub enum Says {
    /// One of these texts; an empty one is nothing.
    OneOf(BTreeSet<String>),
    /// These columns are there, and those are not.
    Columns { with: BTreeSet<String>, without: BTreeSet<String> },
}

/// What a file says there.
#[derive(Debug, Clone)]
pub enum Said {
    /// A text, empty where it says nothing.
    Text(String),
    /// The names of its columns.
    Columns(Vec<String>),
}

impl Says {
    fn fits(&self, said: &Said) -> bool {
        match (self, said) {
            (Self::OneOf(texts), Said::Text(text)) => texts.contains(text),
            (Self::Columns { with, without }, Said::Columns(names)) => {
                let is_there = |column: &String| names.iter().any(|name| alike(name) == alike(column));
                with.iter().all(is_there) && !without.iter().any(is_there)
            }
            _ => false,
        }
    }

    /// Whether a file can fit both.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::OneOf(texts), Self::OneOf(others)) => !texts.is_disjoint(others),
            (Self::Columns { with, without }, Self::Columns { with: others, without: not }) => {
                let is_in = |of: &BTreeSet<String>, name: &String| of.iter().any(|column| alike(column) == alike(name));
                !with.iter().any(|name| is_in(not, name)) && !others.iter().any(|name| is_in(without, name))
            }
            _ => false,
        }
    }
}

/// The name of a column as it is compared: the case of a letter makes no other version.
fn alike(name: &str) -> String {
    plain_name(name).to_lowercase()
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |names: &BTreeSet<String>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let parts = match self {
            Self::OneOf(texts) => vec![quoted(texts).join(" or ").replace("``", "nothing")],
            Self::Columns { with, without } => [("with", with), ("without", without)]
                .into_iter()
                .filter(|(_, names)| !names.is_empty())
                .map(|(word, names)| format!("{word} {}", quoted(names).join(" and ")))
                .collect(),
        };
        f.write_str(&parts.join(" and "))
    }
}

/// A version of a layout.
#[derive(Debug, Clone)]
pub struct Version {
    pub name: String,
    pub says: Says,
    /// Where it is published, or what it is assumed from, if not where the contract's is.
    pub layout: Option<String>,
    pub delivery: Delivery,
    /// The contract's tables as files of this version have them: the same columns in the same order.
    pub tables: Vec<TableContract>,
}

/// The versions of a layout.
#[derive(Debug, Clone)]
pub struct Versions {
    pub place: VersionPlace,
    pub each: Vec<Version>,
}

impl Versions {
    /// The version of a file that says this. No file fits two.
    pub fn of(&self, said: &Said) -> Option<&Version> {
        self.each.iter().find(|version| version.says.fits(said))
    }
}

/// A version as the contract writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawVersion {
    name: Spanned<String>,
    layout: Option<String>,
    when: Spanned<RawWhen>,
    format: Option<Spanned<RawFormat>>,
    #[serde(default, rename = "table")]
    tables: Vec<TableChange>,
}

/// What tells a version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWhen {
    root: Option<String>,
    element: Option<String>,
    attribute: Option<String>,
    line_width: Option<usize>,
    record_type: Option<String>,
    at: Option<Spanned<String>>,
    values: Option<BTreeSet<String>>,
    with: Option<BTreeSet<String>>,
    without: Option<BTreeSet<String>>,
}

/// What can tell a version, for messages.
const WHEN: &str = "what tells a version is for xml `root`, or `element`, `attribute` and `values`; for fixed \
                    `line_width`, with a `record_type` or without, or `at` and `values`; for csv with a header and for \
                    excel `with` and `without`, each a list of columns";

impl RawWhen {
    fn check(&self, source: &SourceText, format: &Format) -> Result<Option<(VersionPlace, Says)>, DefinitionError> {
        let Self { root, element, attribute, line_width, record_type, at, values, with, without } = self;
        let has = |given: &[bool]| given.iter().filter(|is_given| **is_given).count();
        let keys = has(&[
            root.is_some(),
            element.is_some(),
            attribute.is_some(),
            line_width.is_some(),
            record_type.is_some(),
            at.is_some(),
            values.is_some(),
            with.is_some(),
            without.is_some(),
        ]);
        let one = |text: String| Says::OneOf([text].into());
        Ok(match format {
            Format::Xml { .. } => match (root, element, attribute, values) {
                (Some(root), None, None, None) if keys == 1 => Some((VersionPlace::Root, one(root.clone()))),
                (None, Some(element), Some(attribute), Some(values)) if keys == 3 => {
                    let (element, attribute) = (element.clone(), attribute.clone());
                    Some((VersionPlace::Attribute { element, attribute }, Says::OneOf(values.clone())))
                }
                _ => None,
            },
            Format::Fixed { .. } => match (line_width, at, values) {
                (Some(width), None, None) if keys == 1 + has(&[record_type.is_some()]) => {
                    Some((VersionPlace::LineWidth { record_type: record_type.clone() }, one(width.to_string())))
                }
                (None, Some(at), Some(values)) if keys == 2 => {
                    let at = positions(source, at.span(), at.get_ref())?;
                    Some((VersionPlace::FirstLine(at), Says::OneOf(values.clone())))
                }
                _ => None,
            },
            Format::Csv { header: Header::None, .. } => None,
            Format::Csv { .. } | Format::Excel { .. } if keys > 0 => {
                let [with, without] = [with, without].map(|names| names.clone().unwrap_or_default());
                let is_of_columns = keys == has(&[self.with.is_some(), self.without.is_some()]);
                let says_one = !with.is_empty() || !without.is_empty();
                let can_hold = Says::Columns { with: with.clone(), without: BTreeSet::new() }
                    .meets(&Says::Columns { with: BTreeSet::new(), without: without.clone() });
                (is_of_columns && says_one && can_hold)
                    .then_some((VersionPlace::Header, Says::Columns { with, without }))
            }
            _ => None,
        })
    }
}

/// What a contract says of all its versions.
pub(crate) struct Shared<'a> {
    pub(crate) source: &'a SourceText,
    pub(crate) files: &'a [Spanned<String>],
    pub(crate) delivery: &'a Delivery,
    pub(crate) every: Option<Every>,
    pub(crate) day: DayFrom,
    pub(crate) tables: &'a [RawTable],
}

impl Shared<'_> {
    /// The checked versions; `None` of a contract that has a single one.
    pub(crate) fn check(&self, raw: Vec<RawVersion>) -> Result<Option<Versions>, Vec<DefinitionError>> {
        let Self { source, tables, .. } = self;
        let mut errors = Errors::default();
        for named in tables.iter().flat_map(RawTable::versions) {
            errors.take(source.position(named, "version", raw.iter().map(|version| version.name.get_ref().as_str())));
        }
        let Some(first) = raw.first() else { return errors.none().map(|()| None) };
        let shape = |text: String| source.error(first.name.span(), Problem::Shape(text));
        if raw.len() == 1 {
            errors.push(shape(
                "a layout has two versions or none: each file is of one of those that are named".to_owned(),
            ));
        }
        let mut names = BTreeSet::new();
        for name in raw.iter().map(|version| &version.name).filter(|name| !names.insert(name.get_ref())) {
            let problem = Problem::Duplicate { what: "version", name: name.get_ref().clone() };
            errors.push(source.error(name.span(), problem));
        }
        let told = errors.take_all(raw.iter().map(|version| self.told(version)));
        let Some(told) = told else { return Err(errors.all()) };
        let [(place, _), ..] = told.as_slice() else { return Err(errors.all()) };
        let place = place.clone();
        for (at, (version, (elsewhere, says))) in raw.iter().zip(&told).enumerate() {
            let wrong = |text| source.error(version.when.span(), Problem::Shape(text));
            if *elsewhere != place {
                errors.push(wrong("all versions of a layout are told by the same place of a file".to_owned()));
            }
            let earlier = raw.iter().zip(&told).take(at).find(|(_, (_, other))| other.meets(says));
            if let Some((other, _)) = earlier {
                let names = [other, version].map(|version| version.name.get_ref().as_str()).join("` and `");
                errors.push(wrong(format!("a file can fit both the versions `{names}`")));
            }
        }
        errors.none()?;
        let mut each = Vec::new();
        for (version, (_, says)) in raw.into_iter().zip(told) {
            // What is wrong with one is wrong with the next: it is told once.
            each.push(self.version(version, &place, says)?);
        }
        // The header of another version is no row of this one.
        for at in 0..tables.len() {
            let names: BTreeSet<String> = each.iter().flat_map(|version| &version.tables[at].names).cloned().collect();
            each.iter_mut().for_each(|version| version.tables[at].names.clone_from(&names));
        }
        Ok(Some(Versions { place, each }))
    }

    fn told(&self, version: &RawVersion) -> Result<(VersionPlace, Says), DefinitionError> {
        let wrong = || self.source.error(version.when.span(), Problem::Shape(WHEN.to_owned()));
        version.when.get_ref().check(self.source, &self.delivery.format)?.ok_or_else(wrong)
    }

    fn version(&self, raw: RawVersion, place: &VersionPlace, says: Says) -> Result<Version, Vec<DefinitionError>> {
        let Self { source, files, every, day, tables, .. } = *self;
        let mut errors = Errors::default();
        let mut delivery = match raw.format {
            Some(format) => {
                let span = format.span();
                let delivery = RawDelivery { files: files.to_vec(), format }.check(source, every, day)?;
                if !is_read_alike(&delivery.format, &self.delivery.format) {
                    let text = "versions of one layout are of one kind, encoding, delimiter, quote, header, header_row, \
                                record_type and start: the file is opened to see of which it is";
                    errors.push(source.error(span, Problem::Shape(text.to_owned())));
                }
                delivery
            }
            None => self.delivery.clone(),
        };
        take_over(&mut delivery.format, place, &says);
        for change in &raw.tables {
            errors.take(source.position(&change.name, "table", tables.iter().map(RawTable::name)));
        }
        let deliveries = [delivery];
        let table =
            |table: &RawTable| table.in_version(source, raw.name.get_ref(), &raw.tables)?.check(source, &deliveries);
        let tables = errors.take_all(tables.iter().map(table));
        errors.none()?;
        let [delivery] = deliveries;
        Ok(Version {
            name: raw.name.into_inner(),
            says,
            layout: raw.layout,
            delivery,
            tables: tables.unwrap_or_default(),
        })
    }
}

/// What tells a version is a part of its format too.
fn take_over(format: &mut Format, place: &VersionPlace, says: &Says) {
    let Says::OneOf(texts) = says else { return };
    let Some(text) = texts.first() else { return };
    match (format, place) {
        (Format::Xml { root, .. }, VersionPlace::Root) => root.clone_from(text),
        (Format::Fixed { line_width, .. }, VersionPlace::LineWidth { record_type: None }) => {
            *line_width = text.parse().ok();
        }
        _ => {}
    }
}

/// Whether files of two formats are opened the same way, so that either can tell of which version a file is.
fn is_read_alike(a: &Format, b: &Format) -> bool {
    use Format::{Csv, Excel, Fixed, Xml};
    let type_of = |start: &Option<StartLine>| start.as_ref().map(|start| start.record_type.clone());
    match (a, b) {
        (
            Csv { encoding, delimiter, quote, header, .. },
            Csv { encoding: of, delimiter: by, quote: within, header: under, .. },
        ) => (encoding, delimiter, quote, header) == (of, by, within, under),
        (Fixed { encoding, record_type, start, .. }, Fixed { encoding: of, record_type: at, start: first, .. }) => {
            (encoding, record_type, type_of(start)) == (of, at, type_of(first))
        }
        (Xml { encoding, .. }, Xml { encoding: of, .. }) => encoding == of,
        (Excel { header_row }, Excel { header_row: row }) => header_row == row,
        _ => false,
    }
}
