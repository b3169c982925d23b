//! The rules on one column: what a cell is under them depends on the column and the cell alone.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::keys::key_of;
use super::names::{BYTE_ORDER_MARK, Names};
use super::pseudonym::{Cpr, Pseudonym, ResearchNumber};
use super::rules::TableRules;
use super::spelling::{Spelling, spelled};
use crate::definition::{Column, CountedRows, Excluded, Kind, Scalar, plain_name};
use crate::pull::account::{Breach, Rule, kept_text};
use crate::pull::mask::{holds_number, mask_value};
use crate::pull::parse::{Cell, cell_text};

/// A value that passed its column's checks.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Missing,
    Text(Box<str>),
    Pseudonym(Pseudonym),
    Scalar(Scalar),
}

impl Value {
    /// The value as keys are compared: however a delivery spells it, it is the same.
    pub(super) fn key_text(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Text(text) => text.as_ref().to_owned(),
            Self::Pseudonym(pseudonym) => pseudonym.text(),
            Self::Scalar(value) => value.to_string(),
        }
    }
}

/// All that a cell tells of its row.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    /// Its value, or the rule that it breaks.
    pub(super) value: Result<Value, Rule>,
    /// Whether it makes the row a control row: a total, or a subtotal.
    pub(super) is_control: bool,
    /// The first of the table's exclusions that it meets.
    pub(super) exclusion: Option<usize>,
    /// The names that the row is counted under.
    pub(super) counted: Vec<usize>,
    /// Whether it holds the column's own name, as the cells of a header do.
    pub(super) is_name: bool,
    /// Its part in the fingerprint of the row's key; 0 in a column of none.
    pub(super) key: u128,
}

/// What a column is.
enum Of<'a> {
    /// The contract's.
    Contract(&'a Column),
    /// One that the delivery added: its name.
    Added(String),
}

/// The rules on a column.
pub(super) struct ColumnCheck<'a> {
    of: Of<'a>,
    rules: TableRules<'a>,
    /// The values allowed, the year and the part of the extract filled in.
    values: Option<BTreeSet<String>>,
    codes: Option<&'a BTreeSet<String>>,
    referred: Option<&'a BTreeSet<String>>,
    control: Vec<BTreeSet<String>>,
    exclusions: Vec<(usize, Excluded)>,
    counted: Vec<(usize, &'a CountedRows)>,
    is_of_key: bool,
    /// Names of the column, where files have a header.
    names: Arc<Names>,
}

impl<'a> ColumnCheck<'a> {
    /// The rules on the contract's column at `place`.
    pub(super) fn of_contract(rules: TableRules<'a>, names: &Arc<Names>, place: usize) -> Self {
        let TableRules { table, known, .. } = rules;
        let column = &table.columns[place];
        let listed = |texts: &BTreeSet<String>| spelled(texts, &column.kind, rules.text);
        let totals = table.totals.iter().map(|total| (total.column, &total.values));
        let control = table.control.iter().map(|control| (control.column, &control.values));
        Self {
            of: Of::Contract(column),
            rules,
            values: column.values_in(rules.year, rules.part).as_ref().map(listed),
            codes: column.code_list.as_ref().and_then(|list| known.code_lists.get(list)),
            referred: column.references.as_ref().and_then(|reference| known.references.get(reference)),
            control: totals.chain(control).filter(|(at, _)| *at == place).map(|(_, texts)| listed(texts)).collect(),
            exclusions: at_column(&table.exclusions, |rule| rule.column == place)
                .map(|(at, rule)| match &rule.texts {
                    Excluded::Values(texts) => (at, Excluded::Values(listed(texts))),
                    pattern @ Excluded::Pattern(_) => (at, pattern.clone()),
                })
                .collect(),
            counted: at_column(&table.counted, |rule| rule.column == place).collect(),
            is_of_key: table.key.contains(&place) || table.validity.iter().any(|periods| periods.of.contains(&place)),
            names: Arc::clone(names),
        }
    }

    /// The rules on a column that the delivery added.
    pub(super) fn added(rules: TableRules<'a>, names: &Arc<Names>, name: &str) -> Self {
        Self {
            of: Of::Added(name.to_owned()),
            rules,
            values: None,
            codes: None,
            referred: None,
            control: Vec::new(),
            exclusions: Vec::new(),
            counted: Vec::new(),
            is_of_key: false,
            names: Arc::clone(names),
        }
    }

    /// Whether nearly every row of a person has the same text and no other has.
    pub(super) fn is_person(&self) -> bool {
        matches!(self.of, Of::Contract(column) if column.kind.is_person())
    }

    /// What a cell tells of its row.
    pub(super) fn verdict(&self, cell: Option<Cell<'_>>) -> Verdict {
        let text = cell_text(cell);
        let column = match &self.of {
            Of::Contract(column) => *column,
            Of::Added(_) => {
                let value = match cell {
                    _ if holds_number(text) => Err(Rule::PersonNumber),
                    Some(_) => Ok(Value::Text(text.into())),
                    None => Ok(Value::Missing),
                };
                let is_name = self.names.holds(text);
                return Verdict { value, is_control: false, exclusion: None, counted: Vec::new(), is_name, key: 0 };
            }
        };
        let value = self.value(column, cell);
        let key = match &value {
            Ok(value) if self.is_of_key => key_of([value.key_text().as_bytes()]),
            _ => 0,
        };
        // A row is counted by what its cell reads as, whatever else is wrong with it: only accepted rows are.
        let is_asked = !(self.counted.is_empty() && self.control.is_empty() && self.exclusions.is_empty());
        let scalar = cell.filter(|_| is_asked).and_then(|cell| cell.scalar(&column.kind, self.rules.text));
        let is_counted = |rule: &CountedRows| scalar.is_some_and(|value| value < rule.below);
        let spelling = Spelling { text, value: scalar, kind: &column.kind };
        Verdict {
            value,
            is_control: self.control.iter().any(|values| spelling.is_among(values)),
            exclusion: self.exclusions.iter().find(|(_, texts)| spelling.is_left_out(texts)).map(|(at, _)| *at),
            counted: self.counted.iter().filter(|(_, rule)| is_counted(rule)).map(|(at, _)| *at).collect(),
            // A contract that lists a name among the values says that it is one.
            is_name: self.names.holds(text) && self.values.as_ref().is_none_or(|values| !spelling.is_among(values)),
            key,
        }
    }

    /// What the cells of a column that the file lacks tell of their rows. A header lacks it too.
    pub(super) fn verdict_of_absent(&self) -> Verdict {
        Verdict { is_name: self.names.are_there(), ..self.verdict(None) }
    }

    /// The register's name for the column, or the delivery's.
    pub(super) fn raw(&self) -> &str {
        match &self.of {
            Of::Contract(column) => &column.raw,
            Of::Added(name) => name,
        }
    }

    /// The breach of a rule by a cell.
    pub(super) fn breach(&self, cell: Option<Cell<'_>>, rule: Rule) -> Breach {
        let text = cell_text(cell);
        match &self.of {
            Of::Contract(column) => {
                let text = kept_text(&column.kind, self.rules.sensitivity, text);
                Breach { rule, column: column.raw.clone(), text }
            }
            Of::Added(name) => Breach { rule, column: name.clone(), text: mask_value(text) },
        }
    }

    fn value(&self, column: &Column, cell: Option<Cell<'_>>) -> Result<Value, Rule> {
        let TableRules { text: format, key, .. } = self.rules;
        let missing = if column.nullable { Ok(Value::Missing) } else { Err(Rule::Required) };
        let cell = cell.filter(|cell| !column.is_missing(Some(cell.text()), format));
        let Some(cell) = cell else { return missing };
        let text = match self.codes {
            // A letter and its mark apart are the letter that the list has.
            Some(codes) if !codes.contains(cell.text()) => plain_name(cell.text()),
            _ => Cow::Borrowed(cell.text()),
        };
        let text = text.as_ref();
        let value = match column.kind {
            // A mark that begins a file stands where another was put behind it, and is a part of no text.
            Kind::Text if text.contains(BYTE_ORDER_MARK) => return Err(Rule::Malformed),
            Kind::Text if cell.is_untold() => return Err(Rule::Type),
            Kind::Text => Value::Text(text.into()),
            Kind::Cpr => Value::Pseudonym(key.pseudonym(&Cpr::parse(text).ok_or(Rule::Type)?)),
            Kind::PersonNumber => Value::Pseudonym(match Cpr::parse(text) {
                Some(cpr) => key.pseudonym(&cpr),
                None => key.pseudonym_of_research(&ResearchNumber::parse(text).ok_or(Rule::Type)?),
            }),
            Kind::CprBirthDate => Value::Scalar(Scalar::Date(Cpr::parse(text).ok_or(Rule::Type)?.birth_date())),
            _ => Value::Scalar(cell.scalar(&column.kind, format).ok_or(Rule::Type)?),
        };
        let scalar = match &value {
            Value::Scalar(scalar) => Some(*scalar),
            _ => None,
        };
        let spelling = Spelling { text, value: scalar, kind: &column.kind };
        if column.pattern.as_ref().is_some_and(|pattern| !pattern.matches(text)) {
            return Err(Rule::Pattern);
        }
        if self.values.as_ref().is_some_and(|values| !spelling.is_among(values)) {
            return Err(Rule::Values);
        }
        let is_listed = column.code_list.is_some() || column.references.is_some();
        let is_free = column.pattern.is_none() && self.values.is_none() && !is_listed;
        let is_unbounded = column.limits.max.is_none();
        let is_a_person = match &value {
            Value::Text(_) => is_free && holds_number(text),
            Value::Scalar(number) => is_unbounded && may_be_a_person(*number, &column.kind),
            _ => false,
        };
        if is_a_person {
            return Err(Rule::PersonNumber);
        }
        if let Value::Scalar(value) = &value {
            let too_small = column.limits.min.is_some_and(|min| *value < min);
            if too_small || column.limits.max.is_some_and(|max| *value > max) {
                return Err(Rule::Range);
            }
        }
        if self.codes.is_some_and(|codes| !codes.contains(text)) {
            return Err(Rule::CodeList);
        }
        if self.referred.is_some_and(|values| !values.contains(text)) {
            return Err(Rule::Reference);
        }
        Ok(value)
    }
}

/// The rules that are on a column, with their places among all.
fn at_column<T>(rules: &[T], is_on: impl Fn(&T) -> bool) -> impl Iterator<Item = (usize, &T)> {
    rules.iter().enumerate().filter(move |(_, rule)| is_on(rule))
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
