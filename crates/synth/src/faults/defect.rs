//! The ways in which a row of a table can break its contract.

use jiff::civil::Date;

use super::logical::{Logical, fields};
use super::{Layout, written};
use maaltal_definition::{
    CodeLists, Column, Comparison, Delivery, Format, Kind, Limits, Scalar, TableContract, TextFormat, read_scalar,
};

/// Texts that are tried where a code must be wrong: no register uses them. The first is a service of general practice.
const NOBODYS_CODES: [&str; 8] = ["809999", "999999", "999", "99", "9", "ZZZ", "999998", "9999"];
/// A CPR number of 31 November.
const NO_DAY: &str = "3111701234";
/// A number that could be a person's.
const PERSON: &str = "0102034567";

/// A day and a number that are tried where others are listed.
const OTHER_DAY: Date = Date::constant(1901, 2, 3);
const OTHER_NUMBER: i64 = 8;

/// A way to break a row.
#[derive(Debug, Clone)]
pub(super) enum Defect {
    /// Another text in a cell.
    Text { cell: usize, rule: &'static str, text: String },
    /// A record of a type that nobody knows.
    RecordType { cell: usize, text: String },
    /// A left side that does not compare so with the right one.
    Across { rule: usize, left: usize, right: usize },
    /// The period ends before it starts.
    Period { from: usize, to: usize, column: String },
    /// The row once more.
    Again,
    /// The row once more, a day later.
    Inside { from: usize, to: usize, columns: String },
    /// A record that can't be split, and the rule that tells so.
    CutOff(&'static str),
}

/// All ways to break a row of the file, given the rows of tables that its lines hold.
pub(super) fn ways(
    logical: &[Logical<'_>],
    delivery: &Delivery,
    layout: Layout<'_>,
    code_lists: &CodeLists,
) -> Vec<Defect> {
    let mut defects = Vec::new();
    for Logical { table, cells } in logical {
        for (column, cell) in table.columns.iter().zip(cells) {
            let Some(cell) = *cell else { continue };
            let texts = texts(column, &delivery.text, code_lists);
            let fitting = texts.into_iter().filter(|(_, text)| layout.holds(cell, text));
            defects.extend(fitting.map(|(rule, text)| Defect::Text { cell, rule, text }));
        }
    }
    defects.extend(of_record(delivery, layout));
    if logical.iter().all(|logical| !logical.table.key.is_empty()) {
        defects.push(Defect::Again);
    }
    if let [Logical { table, cells }] = logical {
        defects.extend(of_row(table, cells));
    }
    defects
}

/// Those that leave no record that can be read.
fn of_record(delivery: &Delivery, layout: Layout<'_>) -> Vec<Defect> {
    match (&delivery.format, layout) {
        (Format::Csv { .. }, _) => vec![Defect::CutOff("column_count")],
        (Format::JsonLines, _) => vec![Defect::CutOff("malformed")],
        (Format::Fixed { line_width, record_type, .. }, Layout::Fields(widths)) => {
            let cell = fields(widths).position(|field| field == *record_type);
            let unknown = |cell: usize| Defect::RecordType { cell, text: "Z".repeat(widths[cell]) };
            // Where lines are not all of one width, nothing tells that a blank is missing at the end.
            let cut = line_width.map(|_| Defect::CutOff("column_count"));
            cut.into_iter().chain(cell.map(unknown)).collect()
        }
        _ => Vec::new(),
    }
}

/// Those of several columns of a row.
fn of_row(table: &TableContract, cells: &[Option<usize>]) -> Vec<Defect> {
    let mut defects = Vec::new();
    for (place, rule) in table.rules.iter().enumerate() {
        if let (Some(left), Some(right)) = (cells[rule.left], cells[rule.right]) {
            defects.push(Defect::Across { rule: place, left, right });
        }
    }
    if let Some(validity) = &table.validity
        && let (Some(from), Some(to)) = (cells[validity.from], cells[validity.to])
    {
        defects.push(Defect::Period { from, to, column: table.columns[validity.to].raw.clone() });
        if table.key.contains(&validity.from) {
            defects.push(Defect::Inside { from, to, columns: names(table, &validity.of) });
        }
    }
    defects
}

/// The register's names of columns.
pub(super) fn names(table: &TableContract, columns: &[usize]) -> String {
    columns.iter().map(|column| table.columns[*column].raw.as_str()).collect::<Vec<_>>().join(", ")
}

/// A left side that breaks the comparison with a right one, as close to it as can be.
pub(super) fn contradicting(comparison: Comparison, right: Scalar) -> Option<Scalar> {
    match (comparison, right) {
        (Comparison::NotEqual, right) => Some(right),
        // One more than -1 is 0, which is allowed.
        (Comparison::ZeroOrEqual, Scalar::Integer(-1)) => Some(Scalar::Integer(1)),
        (_, Scalar::Integer(number)) => Some(Scalar::Integer(number + 1)),
        (_, Scalar::Decimal(number)) => Some(Scalar::Decimal(number + 1)),
        (_, Scalar::Date(day)) => day.tomorrow().ok().map(Scalar::Date),
        _ => None,
    }
}

/// Texts that break a column's rules, each with the rule.
fn texts(column: &Column, format: &TextFormat, code_lists: &CodeLists) -> Vec<(&'static str, String)> {
    let mut texts = Vec::new();
    if !column.nullable {
        texts.push(("required", String::new()));
    }
    let fits = |text: &str| {
        column.pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
            && column.values.as_ref().is_none_or(|values| values.contains(text))
    };
    match &column.kind {
        Kind::Cpr | Kind::PersonNumber | Kind::CprBirthDate => texts.push(("type", NO_DAY.to_owned())),
        Kind::Text => {
            let is_free = column.values.is_none() && column.code_list.is_none() && column.references.is_none();
            if column.pattern.as_ref().is_some_and(|pattern| !pattern.matches("?")) {
                texts.push(("pattern", "?".to_owned()));
            } else if column.pattern.is_none() && column.values.as_ref().is_some_and(|it| !it.contains("?")) {
                texts.push(("values", "?".to_owned()));
            } else if column.pattern.is_none() && is_free {
                texts.push(("person_number", PERSON.to_owned()));
            }
            let codes = column.code_list.as_ref().and_then(|list| code_lists.get(list));
            let unknown = |code: &&&str| fits(code) && codes.is_none_or(|codes| !codes.contains(**code));
            if let (true, Some(code)) = (codes.is_some(), NOBODYS_CODES.iter().find(unknown)) {
                texts.push(("code_list", (*code).to_owned()));
            } else if let (Some(_), Some(code)) = (&column.references, NOBODYS_CODES.iter().find(unknown)) {
                texts.push(("reference", (*code).to_owned()));
            }
        }
        kind => {
            texts.push(("type", "?".to_owned()));
            let beyond = beyond(kind, &column.limits, format);
            texts.extend(beyond.filter(|text| fits(text)).map(|text| ("range", text)));
            let other = if *kind == Kind::Date { Scalar::Date(OTHER_DAY) } else { Scalar::Integer(OTHER_NUMBER) };
            let other = written(other, kind, format);
            let is_one = read_scalar(&other, kind, format).is_some();
            if is_one && column.values.as_ref().is_some_and(|values| !values.contains(&other)) {
                texts.push(("values", other));
            }
        }
    }
    texts
}

/// Numbers outside the limits.
fn beyond(kind: &Kind, limits: &Limits, format: &TextFormat) -> impl Iterator<Item = String> {
    let step = |limit: Option<Scalar>, by: i8| match limit? {
        Scalar::Integer(limit) => Some(Scalar::Integer(limit + i64::from(by))),
        Scalar::Decimal(limit) => Some(Scalar::Decimal(limit + i128::from(by))),
        _ => None,
    };
    let outside = [step(limits.min, -1), step(limits.max, 1)].into_iter().flatten();
    let texts: Vec<String> = outside.map(|number| written(number, kind, format)).collect();
    // A wider number than the column's type holds would break another rule.
    let (kind, format) = (kind.clone(), format.clone());
    texts.into_iter().filter(move |text| read_scalar(text, &kind, &format).is_some())
}
