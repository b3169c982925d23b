//! A table as a contract writes it, and the checks that make it one.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::column::RawColumn;
use super::contract::{Bilingual, Delivery};
use super::error::Errors;
use super::source_text::SourceText;
use super::table::{
    Comparison, Completeness, ControlRows, CountedRows, Excluded, Exclusion, Expected, Presence, RowRule,
    TableContract, Total, Validity,
};
use super::{DefinitionError, Kind, Positions, Problem, TextFormat, read_scalar};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTable {
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
    per: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    presence: Presence,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    name: String,
    left: Spanned<String>,
    op: Comparison,
    right: Spanned<String>,
    da: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExclusion {
    name: String,
    column: Spanned<String>,
    values: Option<BTreeSet<String>>,
    pattern: Option<Spanned<String>>,
    da: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCounted {
    name: String,
    column: Spanned<String>,
    below: Spanned<String>,
    da: String,
    en: String,
}

/// Most lines hold a thing once.
fn one() -> usize {
    1
}

impl RawTable {
    pub(super) fn check(
        self,
        source: &SourceText,
        deliveries: &[Delivery],
    ) -> Result<TableContract, Vec<DefinitionError>> {
        let mut errors = Errors::default();
        if self.element.is_none() && deliveries.iter().any(|delivery| delivery.format.needs_element()) {
            let what = format!("the table `{}`", self.name.get_ref());
            errors.push(source.error(self.name.span(), Problem::Missing { what, key: "element" }));
        }
        let mut columns = Vec::new();
        let mut unread = Vec::new();
        let width = self.columns.len();
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
        let mut seen = BTreeSet::new();
        if let Some(twice) = columns.iter().find(|column| !seen.insert(&column.name)) {
            let problem = Problem::Duplicate { what: "column", name: twice.name.clone() };
            return Err(source.error(self.name.span(), problem).into());
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
            .map(|raw| {
                let (column, of) = (position(&raw.column)?, position(&raw.of)?);
                if !matches!(columns[of].kind, Kind::Integer | Kind::Decimal { .. }) {
                    return Err(source.not(&raw.of, "a column of type integer or decimal"));
                }
                let per = match &raw.per {
                    Some(names) => positions(names)?,
                    None => positions(&self.key)?.into_iter().filter(|key| *key != column).collect(),
                };
                if per.iter().any(|column| columns[*column].kind.is_person()) {
                    return Err(source.not(&raw.column, "given with a `per` without CPR numbers"));
                }
                Ok(Total { column, values: raw.values, of, per, presence: raw.presence })
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
        let rules = self
            .rules
            .into_iter()
            .map(|raw| {
                let (left, right) = (position(&raw.left)?, position(&raw.right)?);
                if columns[left].kind != columns[right].kind {
                    return Err(source.not(&raw.right, "a column of the same type as the left one"));
                }
                let description = Bilingual { da: raw.da, en: raw.en };
                Ok(RowRule { name: raw.name, left, comparison: raw.op, right, description })
            })
            .collect::<Result<_, DefinitionError>>()?;
        let exclusions = self
            .exclusions
            .into_iter()
            .map(|raw| {
                let description = Bilingual { da: raw.da, en: raw.en };
                let texts = match (raw.values, raw.pattern) {
                    (Some(values), None) => Excluded::Values(values),
                    (None, Some(pattern)) => Excluded::Pattern(source.pattern(&pattern)?),
                    _ => return Err(source.not(&raw.column, "given with one of values and pattern")),
                };
                Ok(Exclusion { name: raw.name, column: position(&raw.column)?, texts, description })
            })
            .collect::<Result<_, DefinitionError>>()?;
        let counted = self
            .counted
            .into_iter()
            .map(|raw| {
                let column = position(&raw.column)?;
                let below = read_scalar(raw.below.get_ref(), &columns[column].kind, &TextFormat::plain())
                    .ok_or_else(|| source.not(&raw.below, "a value of the column's type"))?;
                let description = Bilingual { da: raw.da, en: raw.en };
                Ok(CountedRows { name: raw.name, column, below, description })
            })
            .collect::<Result<_, DefinitionError>>()?;
        Ok(TableContract {
            counted,
            width,
            occurrences: self.occurrences,
            present: self.present.as_ref().map(position).transpose()?,
            rules,
            exclusions,
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
