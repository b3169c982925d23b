//! A column of a contract: its type and what its values may be.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use crate::bilingual::Bilingual;
use crate::delivery::Delivery;
use crate::error::{DefinitionError, Problem};
use crate::format::{Format, Header, Positions, positions};
use crate::letters::plain_name;
use crate::pattern::Pattern;
use crate::sensitivity::Sensitivity;
use crate::source_text::SourceText;
use crate::text_format::TextFormat;
use crate::value::{Kind, Scalar, listed_scalar, read_scalar};

/// What stands for the year that an extract serves in a contract's values.
const YEAR: &str = "{year}";

/// What stands for the year before it.
const YEAR_BEFORE: &str = "{year-1}";

/// What stands for the part of its year that an extract is.
const PART: &str = "{part}";

#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Inclusive.
    pub min: Option<Scalar>,
    /// Inclusive.
    pub max: Option<Scalar>,
}

/// A column of a staged table: what a foreign key points at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    pub table: String,
    pub column: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// Whether a file has a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InFile {
    /// It has to.
    Required,
    /// It may.
    Optional,
    /// Files of this version of the layout do not.
    Never,
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
    pub kind: Kind,
    /// Its place among the contract's columns, read and unread.
    pub place: usize,
    /// Where it stands in a line of fixed width, for every occurrence; `None` where an occurrence has none.
    pub at: Vec<Option<Positions>>,
    pub nullable: bool,
    pub in_file: InFile,
    /// The versions of the layout that have it; all of them where none is named.
    pub versions: Vec<String>,
    /// Spellings of "no value" besides the format's.
    pub nulls: Vec<String>,
    /// The value of a record that does not give one, as its file would write it.
    pub default: Option<String>,
    /// The whole value has to match.
    pub pattern: Option<Pattern>,
    pub values: Option<BTreeSet<String>>,
    /// The reference list whose first key column has to hold the value.
    pub code_list: Option<String>,
    /// The staged column that has to hold the value.
    pub references: Option<Reference>,
    pub limits: Limits,
    /// Spellings of an open end, read as missing.
    pub open_end: Vec<String>,
    /// The unit, in Danish.
    pub unit: Option<String>,
    /// Where its place in the layout is published or assumed from, if not where the contract's is.
    pub layout: Option<String>,
    pub description: Bilingual,
}

/// A value with the year in its place.
fn in_year(value: &str, year: i16) -> String {
    value.replace(YEAR, &year.to_string()).replace(YEAR_BEFORE, &(year - 1).to_string())
}

impl Column {
    /// Whether the values allowed differ from year to year.
    pub fn is_of_year(&self) -> bool {
        self.values.iter().flatten().any(|value| value.contains(YEAR) || value.contains(YEAR_BEFORE))
    }

    /// Whether the values allowed differ from part to part of a year.
    pub fn is_of_part(&self) -> bool {
        self.values.iter().flatten().any(|value| value.contains(PART))
    }

    /// The values allowed in an extract that serves a year, or is a part of it; a value of the year or the part can't be told
    /// without one.
    pub fn values_in(&self, year: Option<i16>, part: Option<&str>) -> Option<BTreeSet<String>> {
        let mut values = self.values.clone()?;
        if self.is_of_year() {
            let year = year?;
            values = values.iter().map(|value| in_year(value, year)).collect();
        }
        if self.is_of_part() {
            values = values.iter().map(|value| Some(value.replace(PART, part?))).collect::<Option<_>>()?;
        }
        Some(values)
    }

    /// The texts that stand for no value.
    pub fn null_texts<'c>(&'c self, format: &'c TextFormat) -> impl Iterator<Item = &'c String> {
        format.nulls.iter().chain(&self.nulls).chain(&self.open_end)
    }

    /// Whether a cell has no value: it is empty, or what stands for none, however a number or a day of it is spelled.
    pub fn is_missing(&self, cell: Option<&str>, format: &TextFormat) -> bool {
        let Some(text) = cell.map(str::trim) else { return true };
        let value = || read_scalar(text, &self.kind, format);
        let is_same = |null: &String| {
            null == text || value().is_some_and(|value| listed_scalar(null, &self.kind, format) == Some(value))
        };
        text.is_empty() || self.null_texts(format).any(is_same)
    }
}

/// A column as the contract writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawColumn {
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
    at: Option<Spanned<RawAt>>,
    #[serde(default)]
    nullable: bool,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    versions: Vec<Spanned<String>>,
    /// The version that is read does not have it.
    #[serde(skip)]
    is_of_another_version: bool,
    #[serde(default)]
    nulls: Vec<String>,
    default: Option<Spanned<String>>,
    pattern: Option<Spanned<String>>,
    values: Option<BTreeSet<String>>,
    code_list: Option<String>,
    references: Option<Reference>,
    min: Option<Spanned<String>>,
    max: Option<Spanned<String>>,
    #[serde(default)]
    open_end: Vec<String>,
    unit: Option<String>,
    layout: Option<String>,
    sensitivity: Option<Sensitivity>,
    da: String,
    en: String,
}

/// What a version of the layout says otherwise of a column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ColumnChange {
    name: Option<Spanned<String>>,
    raw: Option<Spanned<String>>,
    aliases: Option<Vec<String>>,
    at: Option<Spanned<RawAt>>,
    nulls: Option<Vec<String>>,
    #[serde(rename = "true")]
    yes: Option<Vec<String>>,
    #[serde(rename = "false")]
    no: Option<Vec<String>>,
    pattern: Option<Spanned<String>>,
    values: Option<BTreeSet<String>>,
    open_end: Option<Vec<String>>,
}

impl ColumnChange {
    /// Changes the column of its name, or else those that have its name in the register, one of which may be read twice.
    /// `table` stands where an error points that has no better place.
    pub(crate) fn change(
        &self,
        source: &SourceText,
        table: &Spanned<String>,
        columns: &mut [RawColumn],
    ) -> Result<(), DefinitionError> {
        fn set<T: Clone>(value: &mut T, change: &Option<T>) {
            if let Some(change) = change {
                value.clone_from(change);
            }
        }
        let Some(told_by) = self.name.as_ref().or(self.raw.as_ref()) else {
            let text = "a column that differs between versions is told by its `name`, or else by its `raw`";
            return Err(source.error(table.span(), Problem::Shape(text.to_owned())));
        };
        let name = |column: &RawColumn| match &self.name {
            Some(_) => column.name.as_ref().map_or("", |name| name.get_ref()).to_owned(),
            None => column.raw().to_owned(),
        };
        let names: Vec<String> = columns.iter().map(name).collect();
        source.position(told_by, "column", names.iter().map(String::as_str))?;
        for (column, _) in columns.iter_mut().zip(&names).filter(|(_, name)| *name == told_by.get_ref()) {
            set(&mut column.raw, &self.raw);
            set(&mut column.aliases, &self.aliases);
            set(&mut column.nulls, &self.nulls);
            set(&mut column.yes, &self.yes);
            set(&mut column.no, &self.no);
            set(&mut column.open_end, &self.open_end);
            column.at = self.at.clone().or(column.at.take());
            column.pattern = self.pattern.clone().or(column.pattern.take());
            column.values = self.values.clone().or(column.values.take());
        }
        Ok(())
    }
}

/// One place for all occurrences, or one for each.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum RawAt {
    All(String),
    Each(Vec<String>),
}

impl RawColumn {
    /// The register's name for the column.
    pub(crate) fn raw(&self) -> &str {
        self.raw.get_ref()
    }

    /// All names that files have for it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().map(String::as_str).chain([self.raw()])
    }

    /// The versions of the layout that have it; all of them where none is named.
    pub(crate) fn versions(&self) -> &[Spanned<String>] {
        &self.versions
    }

    /// Notes whether a version has it.
    pub(crate) fn read_in(&mut self, version: &str) {
        let has_it = self.versions.iter().any(|of| of.get_ref() == version);
        self.is_of_another_version = !self.versions.is_empty() && !has_it;
    }

    /// The fields of a line that the column takes, each with the column's name.
    pub(crate) fn fields(
        &self,
        source: &SourceText,
        deliveries: &[Delivery],
        occurrences: usize,
    ) -> Result<Vec<(Positions, String)>, DefinitionError> {
        let is_fixed = |delivery: &Delivery| matches!(delivery.format, Format::Fixed { .. });
        if self.is_of_another_version || !deliveries.iter().any(is_fixed) {
            return Ok(Vec::new());
        }
        let name = &self.raw;
        let at = self.at(source)?;
        if at.is_empty() {
            let what = format!("the column `{}`", name.get_ref());
            return Err(source.error(name.span(), Problem::Missing { what, key: "at" }));
        }
        if at.len() != 1 && at.len() != occurrences {
            return Err(source.not(name, "given one `at`, or one for every occurrence"));
        }
        Ok(at.into_iter().flatten().map(|place| (place, name.get_ref().clone())).collect())
    }

    fn at(&self, source: &SourceText) -> Result<Vec<Option<Positions>>, DefinitionError> {
        let Some(at) = &self.at else { return Ok(Vec::new()) };
        let place = |text: &String| match text.is_empty() {
            true => Ok(None),
            false => positions(source, at.span(), text).map(Some),
        };
        match at.get_ref() {
            RawAt::All(text) => Ok(vec![place(text)?]),
            RawAt::Each(texts) => texts.iter().map(place).collect(),
        }
    }

    /// Spellings of "no value" in files of any of the deliveries. An empty cell has none, whatever the contract says.
    fn spellings_of_none<'c>(&'c self, deliveries: &'c [Delivery]) -> impl Iterator<Item = &'c str> {
        let nulls = deliveries.iter().flat_map(|delivery| &delivery.text.nulls);
        nulls.chain(&self.nulls).chain(&self.open_end).map(|null| null.trim()).chain([""])
    }

    /// Whether a text is both a truth and a spelling of "no value".
    fn has_truth_for_none(&self, deliveries: &[Delivery]) -> bool {
        let is_truth = |null| self.yes.iter().chain(&self.no).any(|truth| truth.trim() == null);
        self.spellings_of_none(deliveries).any(is_truth)
    }

    /// One of its `values` that is a spelling of "no value", so that no file can have it.
    fn value_for_none(&self, kind: &Kind, deliveries: &[Delivery]) -> Option<&str> {
        let is_none = |value: &str, null: &str| {
            let same = |delivery: &Delivery| {
                let value = listed_scalar(value, kind, &delivery.text);
                value.is_some() && value == listed_scalar(null, kind, &delivery.text)
            };
            value == null || deliveries.iter().any(same)
        };
        let mut values = self.values.iter().flatten().map(String::as_str);
        values.find(|value| self.spellings_of_none(deliveries).any(|null| is_none(value, null)))
    }

    /// One of its `values` that is none of the column's type, so that no file can have it. 2020 stands for the year; what has the
    /// part in it is not looked at.
    fn impossible_value(&self, kind: &Kind, deliveries: &[Delivery]) -> Option<&str> {
        if *kind == Kind::Text || kind.is_person() {
            return None;
        }
        let is_value = |value: &str| {
            let of_year = in_year(value, 2020);
            let is_read = |delivery: &Delivery| listed_scalar(&of_year, kind, &delivery.text).is_some();
            value.contains(PART) || deliveries.iter().any(is_read)
        };
        self.values.iter().flatten().map(String::as_str).find(|value| !is_value(value))
    }

    /// A name of it that another of the `columns` has too: which of the two a file means can't be told. A column that is read
    /// twice has its names twice.
    pub(crate) fn shared_name(&self, columns: &[Self], header: Header) -> Option<&str> {
        let plain = |name: &str| match header {
            Header::AnyCase => plain_name(name).to_lowercase(),
            Header::Exact | Header::None => plain_name(name).into_owned(),
        };
        let is_other = |other: &&Self| !other.is_of_another_version && other.raw() != self.raw();
        let others = columns.iter().filter(is_other).flat_map(Self::names);
        let names: BTreeSet<String> = others.map(plain).collect();
        self.names().filter(|_| !self.is_of_another_version).find(|name| names.contains(&plain(name)))
    }

    /// Whether it names persons.
    pub(crate) fn is_direct(&self) -> bool {
        self.sensitivity == Some(Sensitivity::Direct)
    }

    /// The checked column; `None` for one that is never read. `place` is its place among all columns.
    pub(crate) fn check(
        self,
        source: &SourceText,
        deliveries: &[Delivery],
        place: usize,
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
            "date" if deliveries.iter().all(|delivery| delivery.text.dates.is_some()) => Kind::Date,
            "date" => return Err(missing("dates in [format]")),
            "boolean" if self.yes.is_empty() => return Err(missing("true")),
            "boolean" if self.no.is_empty() => return Err(missing("false")),
            "boolean" if self.yes.iter().any(|yes| self.no.iter().any(|no| no.trim() == yes.trim())) => {
                return Err(source.not(kind_name, "told by a text for true that is none for false"));
            }
            "boolean" if self.has_truth_for_none(deliveries) => {
                return Err(source.not(kind_name, "told by texts of which none says that there is no value"));
            }
            "boolean" => Kind::Boolean { yes: self.yes.clone(), no: self.no.clone() },
            "cpr" => Kind::Cpr,
            "person-number" => Kind::PersonNumber,
            "cpr-birth-date" => Kind::CprBirthDate,
            _ => {
                return Err(source.not(
                    kind_name,
                    "one of text, integer, decimal, date, boolean, cpr, person-number and cpr-birth-date",
                ));
            }
        };
        let listed = self.yes.iter().chain(&self.no).chain(&self.nulls).chain(&self.open_end);
        source.unpadded(self.raw.span(), listed.chain(self.values.iter().flatten()))?;
        if let Some(value) = self.impossible_value(&kind, deliveries) {
            let problem = Problem::Value { value: value.to_owned(), expected: "a value of the column's type" };
            return Err(source.error(self.raw.span(), problem));
        }
        if let Some(value) = self.value_for_none(&kind, deliveries) {
            let expected = "another text than those that say that there is no value";
            return Err(source.error(self.raw.span(), Problem::Value { value: value.to_owned(), expected }));
        }
        if kind != Kind::Text && (self.code_list.is_some() || self.references.is_some()) {
            // Numbers would lose the noughts that codes begin with.
            return Err(source.not(kind_name, "text, as codes and what columns refer to are"));
        }
        let pattern = self.pattern.as_ref().map(|pattern| source.pattern(pattern)).transpose()?;
        let plain = TextFormat::plain();
        let limit = |given: &Option<Spanned<String>>| match given {
            Some(given) => read_scalar(given.get_ref(), &kind, &plain)
                .map(Some)
                .ok_or_else(|| source.not(given, "a value of the column's type")),
            None => Ok(None),
        };
        let limits = Limits { min: limit(&self.min)?, max: limit(&self.max)? };
        if let Some(default) = &self.default
            && kind != Kind::Text
            && deliveries.iter().any(|delivery| read_scalar(default.get_ref(), &kind, &delivery.text).is_none())
        {
            return Err(source.not(default, "a value of the column's type"));
        }
        if let (Some(min), Some(max), Some(given)) = (limits.min, limits.max, &self.max)
            && min > max
        {
            return Err(source.not(given, "at least the column's min"));
        }
        Ok(Some(Column {
            limits,
            place,
            at: if self.is_of_another_version { Vec::new() } else { self.at(source)? },
            in_file: match (self.is_of_another_version, self.optional) {
                (true, _) => InFile::Never,
                (false, true) => InFile::Optional,
                (false, false) => InFile::Required,
            },
            nulls: self.nulls,
            default: self.default.map(Spanned::into_inner),
            references: self.references,
            raw: self.raw.get_ref().clone(),
            aliases: self.aliases,
            name: name.get_ref().clone(),
            // What a whole delivery may lack can be missing, and all versions give the same table.
            nullable: self.nullable || self.optional || !self.versions.is_empty(),
            versions: self.versions.into_iter().map(Spanned::into_inner).collect(),
            pattern,
            values: self.values,
            code_list: self.code_list,
            open_end: self.open_end,
            unit: self.unit,
            layout: self.layout,
            description: Bilingual { da: self.da, en: self.en },
            kind,
        }))
    }
}
