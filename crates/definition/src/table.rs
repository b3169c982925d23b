//! A table of a contract: its columns and the rules on its rows.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use crate::bilingual::Bilingual;
use crate::column::{Column, ColumnChange, RawColumn};
use crate::delivery::Delivery;
use crate::error::{DefinitionError, Errors, Problem};
use crate::format::{Format, Header, Positions};
use crate::row_rules::{
    Completeness, ControlRows, CountedRows, Exclusion, Named, RawComplete, RawControl, RawCounted, RawExclusion,
    RawRule, RawTotal, RawValidity, RowRule, Total, Validity,
};
use crate::source_text::SourceText;

#[derive(Debug, Clone)]
pub struct TableContract {
    /// The table's name in SQL.
    pub name: String,
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
    pub totals: Vec<Total>,
    pub control: Vec<ControlRows>,
    pub rules: Vec<RowRule>,
    pub exclusions: Vec<Exclusion>,
    pub counted: Vec<CountedRows>,
    pub complete: Vec<Completeness>,
    pub columns: Vec<Column>,
    /// The raw names of columns that are known and never read.
    pub unread: Vec<String>,
    /// Whether one of those names persons.
    pub has_direct: bool,
    /// All names of its columns, read and unread, in all versions of the layout.
    pub names: BTreeSet<String>,
    /// Columns in all, read and unread.
    pub width: usize,
}

impl TableContract {
    /// Whether a row of these texts, which are spelled as the contract has them, is a total of others.
    pub fn is_total<'t>(&self, text: impl Fn(usize) -> &'t str) -> bool {
        self.totals.iter().any(|total| total.values.contains(text(total.column)))
    }

    /// Whether a row of such texts is a control row: a total, or a subtotal.
    pub fn is_control<'t>(&self, text: impl Fn(usize) -> &'t str) -> bool {
        self.is_total(&text) || self.control.iter().any(|control| control.values.contains(text(control.column)))
    }

    /// What leaves a row of such texts out, if anything does.
    pub fn exclusion<'t>(&self, text: impl Fn(usize) -> &'t str) -> Option<&Exclusion> {
        self.exclusions.iter().find(|rule| rule.texts.holds(text(rule.column)))
    }
}

/// What a version of the layout says otherwise of a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableChange {
    pub(crate) name: Spanned<String>,
    element: Option<String>,
    #[serde(default, rename = "column")]
    columns: Vec<ColumnChange>,
}

/// A table as the contract writes it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTable {
    name: Spanned<String>,
    title: Bilingual,
    element: Option<String>,
    #[serde(default = "one")]
    occurrences: usize,
    present: Option<Spanned<String>>,
    #[serde(default)]
    key: Vec<Spanned<String>>,
    validity: Option<RawValidity>,
    #[serde(default)]
    totals: Vec<RawTotal>,
    #[serde(default)]
    control: Vec<RawControl>,
    #[serde(default)]
    complete: Vec<RawComplete>,
    #[serde(default, rename = "rule")]
    rules: Vec<RawRule>,
    #[serde(default, rename = "exclude")]
    exclusions: Vec<RawExclusion>,
    #[serde(default, rename = "count")]
    counted: Vec<RawCounted>,
    #[serde(rename = "column")]
    columns: Vec<RawColumn>,
}

/// The column that every staged table has besides those of its contract: where in the extract a row stood.
pub const ROW_COLUMN: &str = "_row";

/// Most lines hold a thing once.
fn one() -> usize {
    1
}

impl RawTable {
    pub(crate) fn name(&self) -> &str {
        self.name.get_ref()
    }

    /// The versions that its columns name.
    pub(crate) fn versions(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.columns.iter().flat_map(RawColumn::versions)
    }

    /// The table as a version of the layout has it.
    pub(crate) fn in_version(
        &self,
        source: &SourceText,
        version: &str,
        changes: &[TableChange],
    ) -> Result<Self, Vec<DefinitionError>> {
        let mut errors = Errors::default();
        let mut table = self.clone();
        for change in changes.iter().filter(|change| change.name.get_ref() == self.name()) {
            table.element = change.element.clone().or(table.element);
            for column in &change.columns {
                errors.take(column.change(source, &change.name, &mut table.columns));
            }
        }
        table.columns.iter_mut().for_each(|column| column.read_in(version));
        errors.none()?;
        Ok(table)
    }

    /// Lines of the table's type are neither passed over nor the first or the last.
    fn check_lines(&self, source: &SourceText, format: &Format) -> Result<(), DefinitionError> {
        let (Format::Fixed { skip, start, end, .. }, Some(element)) = (format, &self.element) else { return Ok(()) };
        let start = start.as_ref().is_some_and(|start| start.record_type == *element);
        let end = end.as_ref().is_some_and(|end| end.record_type == *element);
        match skip.contains(element) || start || end {
            true => Err(source.not(&self.name, "of a record type that `skip`, `start` and `end` do not name")),
            false => Ok(()),
        }
    }

    pub(crate) fn check(
        self,
        source: &SourceText,
        deliveries: &[Delivery],
    ) -> Result<TableContract, Vec<DefinitionError>> {
        let mut errors = Errors::default();
        if self.element.is_none() && deliveries.iter().any(|delivery| delivery.format.needs_element()) {
            let what = format!("the table `{}`", self.name.get_ref());
            errors.push(source.error(self.name.span(), Problem::Missing { what, key: "element" }));
        }
        errors.take(deliveries.iter().try_for_each(|delivery| self.check_lines(source, &delivery.format)));
        let is_any = |delivery: &Delivery| delivery.format.header() == Header::AnyCase;
        let header = if deliveries.iter().any(is_any) { Header::AnyCase } else { Header::Exact };
        if let Some(name) = self.columns.iter().find_map(|column| column.shared_name(&self.columns, header)) {
            let problem = Problem::Duplicate { what: "column name", name: name.to_owned() };
            errors.push(source.error(self.name.span(), problem));
        }
        let mut columns = Vec::new();
        let mut unread = Vec::new();
        let names = self.columns.iter().flat_map(RawColumn::names).map(str::to_owned).collect();
        let width = self.columns.len();
        let has_direct = self.columns.iter().any(RawColumn::is_direct);
        let mut fields = Vec::new();
        for (place, raw) in self.columns.into_iter().enumerate() {
            let raw_name = raw.raw().to_owned();
            fields.extend(errors.take(raw.fields(source, deliveries, self.occurrences)).into_iter().flatten());
            match errors.take(raw.check(source, deliveries, place)) {
                Some(Some(column)) => columns.push(column),
                Some(None) => unread.push(raw_name),
                None => {}
            }
        }
        // What follows names columns.
        errors.none()?;
        fields.sort_by_key(|(at, _)| *at);
        // The same field may be read twice: the end of one period is the start of the next.
        let overlap = |pair: &&[(Positions, String)]| pair[0].0 != pair[1].0 && pair[1].0.from < pair[0].0.to;
        if let Some(pair) = fields.windows(2).find(overlap) {
            let problem = Problem::Shape(format!("the fields `{}` and `{}` overlap", pair[0].1, pair[1].1));
            return Err(source.error(self.name.span(), problem).into());
        }
        let widths = deliveries.iter().filter_map(|delivery| match delivery.format {
            Format::Fixed { line_width, .. } => line_width,
            _ => None,
        });
        if let Some(line_width) = widths.max()
            && let Some((at, name)) = fields.iter().find(|(at, _)| at.to > line_width)
        {
            let problem = Problem::Shape(format!(
                "the field `{name}` at {at} ends behind the line, which has {line_width} letters"
            ));
            return Err(source.error(self.name.span(), problem).into());
        }
        // SQL knows no difference between upper and lower case, unless a name stands in quotes.
        let mut seen = BTreeSet::new();
        if let Some(twice) = columns.iter().find(|column| !seen.insert(column.name.to_lowercase())) {
            let problem = Problem::Duplicate { what: "column", name: twice.name.clone() };
            return Err(source.error(self.name.span(), problem).into());
        }
        if columns.iter().any(|column| column.name.eq_ignore_ascii_case(ROW_COLUMN)) {
            let text = format!("`{ROW_COLUMN}` is the name of the column with each row's place in its file");
            return Err(source.error(self.name.span(), Problem::Shape(text)).into());
        }
        let named = Named { source, columns: &columns };
        let all = self.totals.into_iter().map(|raw| raw.check(named, &self.key));
        Ok(TableContract {
            validity: self.validity.map(|raw| raw.check(named)).transpose()?,
            totals: all.collect::<Result<_, _>>()?,
            control: self.control.into_iter().map(|raw| raw.check(named)).collect::<Result<_, _>>()?,
            complete: self.complete.into_iter().map(|raw| raw.check(named)).collect::<Result<_, _>>()?,
            rules: self.rules.into_iter().map(|raw| raw.check(named)).collect::<Result<_, _>>()?,
            exclusions: self.exclusions.into_iter().map(|raw| raw.check(named)).collect::<Result<_, _>>()?,
            counted: self.counted.into_iter().map(|raw| raw.check(named)).collect::<Result<_, _>>()?,
            present: self.present.as_ref().map(|name| named.position(name)).transpose()?,
            key: named.positions(&self.key)?,
            name: self.name.into_inner(),
            title: self.title,
            element: self.element,
            occurrences: self.occurrences,
            unread,
            has_direct,
            names,
            width,
            columns,
        })
    }
}
