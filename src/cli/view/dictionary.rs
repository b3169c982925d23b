//! A contract in words: what it says of the source as a whole, and one row a column.

use crate::definition::{
    Column, ColumnPolicy, Contract, DayFrom, Delivery, Expected, Format, InFile, Kind, OfAYear, RecordTypePolicy,
    RowPolicy, Sensitivity, Serves, TableContract, Versions, percent, plain_text,
};

use super::Answer;

pub(super) fn formats(contract: &Contract) -> String {
    contract.deliveries.iter().map(|delivery| delivery.format.name()).collect::<Vec<_>>().join(", ")
}

pub(super) fn sensitivity(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Open => "open",
        Sensitivity::Practice => "practice",
        Sensitivity::Person => "person",
        Sensitivity::Direct => "direct",
        Sensitivity::Unused => "unused",
    }
}

/// What the contract says of the source as a whole.
pub(in crate::cli) fn heading(contract: &Contract) -> String {
    let files = contract.patterns().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut lines = vec![
        format!("{}: {} / {}", contract.name, contract.title.da, contract.title.en),
        format!("from {}, {}", contract.provider, sensitivity(contract.sensitivity)),
        format!("files {files} ({}), also .gz, .zst and .zip", formats(contract)),
        format!("layout: {}", layout(contract)),
        delivery(contract),
        policy(contract),
    ];
    if let Some(Versions { place, each }) = &contract.versions {
        lines.extend(each.iter().map(|version| {
            let layout = version.layout.as_deref().map(|layout| format!("; {layout}")).unwrap_or_default();
            format!("version {}: where {place} says {}{layout}", version.name, version.says)
        }));
    }
    if contract.assumed {
        lines.push("the layout is assumed: the register's own is not public, or only in part".to_owned());
    }
    for table in &contract.tables {
        lines.extend(of_table(table).into_iter().map(|line| format!("{}: {line}", table.name)));
    }
    lines.join("\n")
}

fn layout(contract: &Contract) -> &str {
    contract.layout.as_deref().unwrap_or("this project's own")
}

/// When an extract is expected, and how large.
fn delivery(contract: &Contract) -> String {
    let mut words = vec![match (contract.yearly, contract.serves) {
        (false, _) => "every extract is of all years".to_owned(),
        (true, Serves::SameYear) => "one extract a year".to_owned(),
        (true, Serves::FollowingYear) => "one extract a year, for the year after it".to_owned(),
    }];
    words.extend(match contract.of_a_year {
        OfAYear::Newest => None,
        OfAYear::NewestBefore(day) => Some(format!("of several the newest before {day}")),
        OfAYear::Nearest => Some("of several the nearest to the reference date".to_owned()),
    });
    words.extend((contract.day == DayFrom::Content).then(|| "its day in its content".to_owned()));
    words.extend(contract.due.map(|due| format!("due by {due}")));
    words.extend(contract.rows_within.map(|share| format!("rows within {} % of the year before", percent(share))));
    if contract.may_be_empty {
        words.push("may be empty".to_owned());
    }
    words.join(", ")
}

/// What happens when reality differs.
fn policy(contract: &Contract) -> String {
    let columns = match contract.policy.columns {
        ColumnPolicy::Evolve => "taken in as text",
        ColumnPolicy::Quarantine => "left out",
        ColumnPolicy::Freeze => "refused",
    };
    let rows = |policy: RowPolicy| match policy {
        RowPolicy::Quarantine => "kept aside",
        RowPolicy::Freeze => "refused",
    };
    let record_types = match contract.policy.record_types {
        RecordTypePolicy::Count => "passed over and counted",
        RecordTypePolicy::Freeze => "refused",
    };
    let has_types = |delivery: &Delivery| matches!(delivery.format, Format::Fixed { .. } | Format::Xml { .. });
    let record_types = match contract.deliveries.iter().any(has_types) {
        true => format!(", a record of an unknown type is {record_types}"),
        false => String::new(),
    };
    format!(
        "an unknown column is {columns}{record_types}, a value of another type {}, a row that breaks a rule {}; up to {} % of a table's rows",
        rows(contract.policy.types),
        rows(contract.policy.rows),
        percent(contract.policy.max_rejected_share)
    )
}

/// The rules on a table's rows.
fn of_table(table: &TableContract) -> Vec<String> {
    let name = |column: &usize| table.columns[*column].name.as_str();
    let names = |columns: &[usize]| columns.iter().map(name).collect::<Vec<_>>().join(", ");
    let mut lines = Vec::new();
    if !table.key.is_empty() {
        lines.push(format!("one row is one {}", names(&table.key)));
    }
    if let Some(validity) = &table.validity {
        let (from, to) = (name(&validity.from), name(&validity.to));
        lines.push(format!("periods from {from} to {to} of one {} do not overlap", names(&validity.of)));
    }
    for rule in &table.rules {
        let (left, right) = (name(&rule.left), name(&rule.right));
        lines.push(format!("{}: {left} {} {right}", rule.name, rule.comparison.sign()));
    }
    for rule in &table.exclusions {
        lines.push(format!("left out as {}: {} {}", rule.name, name(&rule.column), rule.texts));
    }
    for rule in &table.counted {
        let below = plain_text(rule.below, &table.columns[rule.column].kind);
        lines.push(format!("counted as {}: {} below {below}", rule.name, name(&rule.column)));
    }
    for total in &table.totals {
        let (column, of) = (name(&total.column), name(&total.of));
        lines.push(format!("checked total of {of}: {column} {}", listed(&total.values)));
    }
    for rule in &table.control {
        lines.push(format!("counted and left out: {} {}", name(&rule.column), listed(&rule.values)));
    }
    for rule in &table.complete {
        let expected = match &rule.expected {
            Expected::Values(values) => listed(values),
            Expected::CodeList(list) => format!("all of {list}"),
        };
        lines.push(format!("complete in {}: {expected}", name(&rule.column)));
    }
    if !table.unread.is_empty() {
        lines.push(format!("never read: {}", table.unread.join(", ")));
    }
    lines
}

fn listed<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    texts.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// One row a column.
pub(in crate::cli) fn dictionary(contract: &Contract) -> Answer {
    let rows = contract
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().enumerate().map(move |(place, column)| (table, place, column)))
        .map(|(table, place, column)| {
            [
                table.name.clone().into(),
                column.name.clone().into(),
                register_name(column).into(),
                kind(&column.kind).into(),
                missing(column).into(),
                allowed(table, place).into(),
                column.unit.clone().unwrap_or_default().into(),
                column.description.da.clone().into(),
                column.description.en.clone().into(),
                column.layout.as_deref().unwrap_or(layout(contract)).into(),
            ]
        })
        .collect();
    let columns =
        ["table", "column", "register's name", "type", "missing", "allowed", "unit", "dansk", "english", "layout"];
    Answer::rows(columns, rows)
}

/// What the register calls the column, and where it stands in a line of fixed width.
fn register_name(column: &Column) -> String {
    let names: Vec<&str> = std::iter::once(&column.raw).chain(&column.aliases).map(String::as_str).collect();
    let places: Vec<String> = column.at.iter().flatten().map(ToString::to_string).collect();
    let at = if places.is_empty() { String::new() } else { format!(" at {}", places.join(", ")) };
    format!("{}{at}", names.join(" or "))
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Integer => "integer".to_owned(),
        Kind::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        Kind::Date => "date".to_owned(),
        Kind::Boolean { .. } => "boolean".to_owned(),
        Kind::Cpr | Kind::PersonNumber => "pseudonym".to_owned(),
        Kind::CprBirthDate => "date of birth".to_owned(),
    }
}

/// Whether a value may be missing, and what says so besides nothing.
fn missing(column: &Column) -> String {
    if let Some(default) = &column.default {
        return format!("if missing: {default}");
    }
    let word = match (column.in_file, column.nullable) {
        (InFile::Optional, _) => "may be missing, the column too",
        (InFile::Never, _) | (InFile::Required, true) => "may be missing",
        (InFile::Required, false) => "required",
    };
    let word = match column.versions.as_slice() {
        [] => word.to_owned(),
        versions => format!("{word}; in version {} alone", listed(versions)),
    };
    let spellings = listed(column.nulls.iter().chain(&column.open_end));
    if spellings.is_empty() { word } else { format!("{word}; written {spellings}") }
}

/// The rules that a value of the column has to keep.
fn allowed(table: &TableContract, place: usize) -> String {
    let column = &table.columns[place];
    let mut rules = Vec::new();
    rules.extend(column.values.iter().map(listed));
    rules.extend(column.code_list.iter().map(|list| format!("in {list}")));
    rules.extend(column.references.iter().map(|reference| format!("in {reference}")));
    rules.extend(column.pattern.iter().map(ToString::to_string));
    rules.extend(column.limits.min.map(|min| format!(">= {}", plain_text(min, &column.kind))));
    rules.extend(column.limits.max.map(|max| format!("<= {}", plain_text(max, &column.kind))));
    if table.key == [place] {
        rules.push("unique".to_owned());
    }
    rules.join("; ")
}
