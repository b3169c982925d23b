//! The checks of a contract on one row, and the typed columns of the rows that pass.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::keys::{KeyLog, key_of};
use super::known::Known;
use super::pseudonym::{Cpr, PseudonymKey, ResearchNumber};
use crate::definition::{
    Column, CountedRows, Kind, RowRule, Scalar, Sensitivity, TableContract, TextFormat, plain_text,
};
use crate::pull::account::{Breach, Rule, kept_text, kept_value};
use crate::pull::error::{PullError, arrow_failed, temporary_failed};
use crate::pull::mask::{holds_number, mask_value};
use crate::pull::parse::{Cell, cell_text, days};

/// The column that says where in the extract a row stood.
pub const ROW_COLUMN: &str = "_row";

/// The schema of a staged table: the contract's columns, those the delivery added, and the row number.
pub fn staged_schema(table: &TableContract, added: &[String]) -> SchemaRef {
    let contract = table.columns.iter().map(|column| {
        let data_type = match column.kind {
            Kind::Text | Kind::Cpr | Kind::PersonNumber => DataType::Utf8,
            Kind::Integer => DataType::Int64,
            Kind::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
            Kind::Date | Kind::CprBirthDate => DataType::Date32,
            Kind::Boolean { .. } => DataType::Boolean,
        };
        Field::new(&column.name, data_type, column.nullable)
    });
    let added = added.iter().map(|name| Field::new(name, DataType::Utf8, true));
    let row = Field::new(ROW_COLUMN, DataType::Int64, false);
    Arc::new(Schema::new(contract.chain(added).chain([row]).collect::<Vec<_>>()))
}

/// A value that passed its column's checks.
enum Checked<'a> {
    Missing,
    Text(&'a str),
    Pseudonym(String),
    Scalar(Scalar),
}

/// A column under construction.
enum Builder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Decimal(Decimal128Builder),
    Date(Date32Builder),
    Boolean(BooleanBuilder),
}

impl Builder {
    fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::Int64 => Self::Integer(Int64Builder::new()),
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Boolean => Self::Boolean(BooleanBuilder::new()),
            DataType::Decimal128(..) => Self::Decimal(Decimal128Builder::new().with_data_type(data_type.clone())),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn append(&mut self, value: &Checked<'_>) {
        match (self, value) {
            (Self::Text(builder), Checked::Text(text)) => builder.append_value(text),
            (Self::Text(builder), Checked::Pseudonym(text)) => builder.append_value(text),
            (Self::Integer(builder), Checked::Scalar(Scalar::Integer(value))) => builder.append_value(*value),
            (Self::Decimal(builder), Checked::Scalar(Scalar::Decimal(value))) => builder.append_value(*value),
            (Self::Date(builder), Checked::Scalar(Scalar::Date(value))) => builder.append_value(days(*value)),
            (Self::Boolean(builder), Checked::Scalar(Scalar::Boolean(value))) => builder.append_value(*value),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Integer(builder), _) => builder.append_null(),
            (Self::Decimal(builder), _) => builder.append_null(),
            (Self::Date(builder), _) => builder.append_null(),
            (Self::Boolean(builder), _) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Boolean(builder) => Arc::new(builder.finish()),
        }
    }
}

/// What the rows of a table are held to.
#[derive(Clone, Copy)]
pub(crate) struct TableRules<'a> {
    /// The contract.
    pub(crate) table: &'a TableContract,
    /// How the delivery writes numbers and dates.
    pub(crate) text: &'a TextFormat,
    /// What codes and foreign keys are looked up in.
    pub(crate) known: Known<'a>,
    /// What CPR numbers become pseudonyms by.
    pub(crate) key: &'a PseudonymKey,
    /// Whether the source is on persons.
    pub(crate) sensitivity: Sensitivity,
    /// The year that the extract serves.
    pub(crate) year: Option<i16>,
}

/// Checks the rows of one table.
pub(crate) struct TableCheck<'a> {
    rules: TableRules<'a>,
    schema: SchemaRef,
    added: usize,
    builders: Vec<Builder>,
    length: usize,
    /// Rows that passed their own checks: the place of the next one among them.
    passed: u64,
    /// Per column the values allowed, the year of the extract filled in.
    values: Vec<Option<BTreeSet<String>>>,
    pub(crate) unique: KeyLog,
    pub(crate) periods: KeyLog,
}

impl<'a> TableCheck<'a> {
    /// A check on the contract's columns, and on those that the delivery `added`.
    pub(crate) fn new(rules: TableRules<'a>, added: &[String]) -> Self {
        let schema = staged_schema(rules.table, added);
        Self {
            rules,
            added: added.len(),
            builders: schema.fields().iter().map(|field| Builder::new(field.data_type())).collect(),
            schema,
            length: 0,
            passed: 0,
            values: rules.table.columns.iter().map(|column| column.values_in(rules.year)).collect(),
            unique: KeyLog::default(),
            periods: KeyLog::default(),
        }
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Rows waiting to be taken.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Whether the row is a control row: a total, or a subtotal.
    pub(crate) fn is_control(&self, cells: &[Option<Cell<'_>>]) -> bool {
        self.rules.table.is_control(|column| cell_text(cells[column]))
    }

    /// The name that the row is left out under, if it is.
    pub(crate) fn exclusion(&self, cells: &[Option<Cell<'_>>]) -> Option<&'a str> {
        let rule = self.rules.table.exclusion(|column| cell_text(cells[column]))?;
        Some(rule.name.as_str())
    }

    /// The names that an accepted row is counted under.
    pub(crate) fn counted(&self, cells: &[Option<Cell<'_>>]) -> impl Iterator<Item = &'a str> {
        counted(self.rules.table, |column| {
            cells[column]?.scalar(&self.rules.table.columns[column].kind, self.rules.text)
        })
    }

    /// Takes the row in, or says which rule it breaks.
    pub(crate) fn row(&mut self, row: u64, cells: &[Option<Cell<'_>>]) -> Result<Option<Breach>, PullError> {
        let table = self.rules.table;
        let mut values = Vec::with_capacity(cells.len());
        for (place, (column, cell)) in table.columns.iter().zip(cells).enumerate() {
            match self.value(column, self.values[place].as_ref(), *cell) {
                Ok(value) => values.push(value),
                Err(rule) => return Ok(Some(self.breach(column, *cell, rule))),
            }
        }
        // A parser may hand over more columns than are taken in; a column that stays out is not checked.
        let added = cells.iter().skip(table.columns.len()).take(self.added);
        let stranger = added.clone().zip(self.schema.fields().iter().skip(table.columns.len()));
        if let Some((cell, field)) = stranger.into_iter().find(|(cell, _)| holds_number(cell_text(**cell))) {
            let text = mask_value(cell_text(*cell));
            return Ok(Some(Breach { rule: Rule::PersonNumber, column: field.name().clone(), text }));
        }
        if let Some(breach) = self.across_columns(&values) {
            return Ok(Some(breach));
        }
        if let Some(breach) = self.note_keys(&values)? {
            return Ok(Some(breach));
        }
        values.extend(added.map(|cell| cell.map_or(Checked::Missing, |cell| Checked::Text(cell.text()))));
        values.push(Checked::Scalar(Scalar::Integer(i64::try_from(row).unwrap_or(i64::MAX))));
        self.builders.iter_mut().zip(&values).for_each(|(builder, value)| builder.append(value));
        self.length += 1;
        self.passed += 1;
        Ok(None)
    }

    /// The breaches of all values of a row, each by itself.
    pub(crate) fn breaches(&self, cells: &[Option<Cell<'_>>]) -> Vec<Breach> {
        let columns = self.rules.table.columns.iter().zip(&self.values).zip(cells);
        let broken = |((column, values), cell): ((&Column, &Option<BTreeSet<String>>), &Option<Cell<'_>>)| {
            let rule = self.value(column, values.as_ref(), *cell).err()?;
            Some(self.breach(column, *cell, rule))
        };
        columns.filter_map(broken).collect()
    }

    fn breach(&self, column: &Column, cell: Option<Cell<'_>>, rule: Rule) -> Breach {
        let text = kept_text(&column.kind, self.rules.sensitivity, cell_text(cell));
        Breach { rule, column: column.raw.clone(), text }
    }

    fn value<'t>(
        &self,
        column: &Column,
        values: Option<&BTreeSet<String>>,
        cell: Option<Cell<'t>>,
    ) -> Result<Checked<'t>, Rule> {
        let cell = cell.filter(|cell| !column.is_missing(Some(cell.text()), self.rules.text));
        let Some(cell) = cell else {
            return if column.nullable { Ok(Checked::Missing) } else { Err(Rule::Required) };
        };
        let text = cell.text();
        let value = match column.kind {
            Kind::Text => Checked::Text(text),
            Kind::Cpr => Checked::Pseudonym(self.rules.key.pseudonym(&Cpr::parse(text).ok_or(Rule::Type)?)),
            Kind::PersonNumber => Checked::Pseudonym(match Cpr::parse(text) {
                Some(cpr) => self.rules.key.pseudonym(&cpr),
                None => self.rules.key.pseudonym_of_research(&ResearchNumber::parse(text).ok_or(Rule::Type)?),
            }),
            Kind::CprBirthDate => Checked::Scalar(Scalar::Date(Cpr::parse(text).ok_or(Rule::Type)?.birth_date())),
            _ => Checked::Scalar(cell.scalar(&column.kind, self.rules.text).ok_or(Rule::Type)?),
        };
        if column.pattern.as_ref().is_some_and(|pattern| !pattern.matches(text)) {
            return Err(Rule::Pattern);
        }
        if values.is_some_and(|values| !values.contains(text)) {
            return Err(Rule::Values);
        }
        let is_listed = column.code_list.is_some() || column.references.is_some();
        let is_free = column.pattern.is_none() && values.is_none() && !is_listed;
        let is_unbounded = column.limits.max.is_none();
        let is_a_person = match &value {
            Checked::Text(_) => is_free && holds_number(text),
            Checked::Scalar(number) => is_unbounded && may_be_a_person(*number, &column.kind),
            _ => false,
        };
        if is_a_person {
            return Err(Rule::PersonNumber);
        }
        if let Checked::Scalar(value) = &value {
            let too_small = column.limits.min.is_some_and(|min| *value < min);
            if too_small || column.limits.max.is_some_and(|max| *value > max) {
                return Err(Rule::Range);
            }
        }
        let codes = column.code_list.as_ref().and_then(|list| self.rules.known.code_lists.get(list));
        if codes.is_some_and(|codes| !codes.contains(text)) {
            return Err(Rule::CodeList);
        }
        let referred = column.references.as_ref().and_then(|reference| self.rules.known.references.get(reference));
        if referred.is_some_and(|values| !values.contains(text)) {
            return Err(Rule::Reference);
        }
        Ok(value)
    }

    /// The first rule across columns that the row breaks.
    fn across_columns(&self, values: &[Checked<'_>]) -> Option<Breach> {
        let breaks = |rule: &&RowRule| match (&values[rule.left], &values[rule.right]) {
            (Checked::Text(left), Checked::Text(right)) => !rule.comparison.holds_for(left.cmp(right)),
            (Checked::Pseudonym(left), Checked::Pseudonym(right)) => !rule.comparison.holds_for(left.cmp(right)),
            (Checked::Scalar(left), Checked::Scalar(right)) => !rule.comparison.holds(*left, *right),
            _ => false,
        };
        let rule = self.rules.table.rules.iter().find(breaks)?;
        let (left, right) = (&self.rules.table.columns[rule.left], &self.rules.table.columns[rule.right]);
        let shown = |place: usize, column: &Column| match &values[place] {
            Checked::Scalar(value) => kept_value(column, self.rules.sensitivity, &plain_text(*value, &column.kind)),
            other => kept_value(column, self.rules.sensitivity, &key_text(other)),
        };
        let text =
            format!("{} and {}, not {}", shown(rule.left, left), shown(rule.right, right), rule.comparison.sign());
        let column = format!("{}, {}", left.raw, right.raw);
        Some(Breach { rule: Rule::AcrossColumns(rule.name.clone()), column, text })
    }

    /// Notes the row's key and period for the checks across rows.
    fn note_keys(&mut self, values: &[Checked<'_>]) -> Result<Option<Breach>, PullError> {
        let place = self.passed;
        let fingerprint = |columns: &[usize]| {
            let texts: Vec<String> = columns.iter().map(|column| key_text(&values[*column])).collect();
            key_of(texts.iter().map(String::as_bytes))
        };
        if let Some(validity) = &self.rules.table.validity {
            let day = |column: usize| match &values[column] {
                Checked::Scalar(Scalar::Date(date)) => Some(*date),
                _ => None,
            };
            let (from, to) = (day(validity.from), day(validity.to));
            if let (Some(from), Some(to)) = (from, to)
                && to < from
            {
                let column = self.rules.table.columns[validity.to].raw.clone();
                return Ok(Some(Breach { rule: Rule::Period, column, text: format!("{from} to {to}") }));
            }
            if let Some(from) = from {
                let key = fingerprint(&validity.of);
                self.periods.period(key, from, to, place).map_err(temporary_failed)?;
            }
        }
        if !self.rules.table.key.is_empty() {
            self.unique.unique(fingerprint(&self.rules.table.key), place).map_err(temporary_failed)?;
        }
        Ok(None)
    }

    /// The rows taken in since the last call.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, PullError> {
        self.length = 0;
        let columns = self.builders.iter_mut().map(Builder::finish).collect();
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(arrow_failed)
    }
}

/// The names that a row of these values is counted under.
pub(crate) fn counted(table: &TableContract, scalar: impl Fn(usize) -> Option<Scalar>) -> impl Iterator<Item = &str> {
    let is = move |rule: &&CountedRows| scalar(rule.column).is_some_and(|value| value < rule.below);
    table.counted.iter().filter(is).map(|rule| rule.name.as_str())
}

/// Whether a number is a person's, however it is written: as a whole number of ten digits, or of nine where a leading
/// zero got lost.
fn may_be_a_person(number: Scalar, kind: &Kind) -> bool {
    let whole = match (number, kind) {
        (Scalar::Integer(number), _) => number.unsigned_abs().into(),
        (Scalar::Decimal(digits), Kind::Decimal { scale, .. }) => {
            match u32::try_from(*scale).ok().and_then(|scale| 10_u128.checked_pow(scale)) {
                Some(unit) if digits.unsigned_abs() % unit == 0 => digits.unsigned_abs() / unit,
                Some(_) => 0,
                // A number that can't be told from a person's is one.
                None => return true,
            }
        }
        _ => 0,
    };
    whole >= 100_000_000 && Cpr::parse(&format!("{whole:010}")).is_some()
}

fn key_text(value: &Checked<'_>) -> String {
    match value {
        Checked::Missing => String::new(),
        Checked::Text(text) => (*text).to_owned(),
        Checked::Pseudonym(text) => text.clone(),
        Checked::Scalar(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_can_not_be_told_from_a_persons_is_one() {
        let is_a_person =
            |digits, scale| may_be_a_person(Scalar::Decimal(digits), &Kind::Decimal { precision: 38, scale });
        assert!(is_a_person(203_801_234, 0) && is_a_person(20_380_123_400, 2));
        assert!(!is_a_person(20_380_123_450, 2) && !is_a_person(1, 0));
        assert!(is_a_person(1, -1) && is_a_person(1, 127));
    }
}
