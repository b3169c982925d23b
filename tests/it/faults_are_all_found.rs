//! What is broken on purpose is found, row for row, and nothing besides.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{Project, text};

/// A fault, or a rejected row: file, table, row, column and rule.
type Told = (String, String, i64, String, String);

fn counted(rows: impl IntoIterator<Item = Told>) -> BTreeMap<Told, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row).or_default() += 1;
    }
    counts
}

#[test]
fn every_fault_on_the_list_is_found_and_none_besides() {
    let project = Project::with_years(2019, 2020);
    fs::remove_dir_all(project.path("testdata")).unwrap();
    project.succeeds(&["synth", "--years", "2019-2020", "--scale", "0.002", "--faults", "0.004"]);
    let listed: Vec<Value> = serde_json::from_slice(&fs::read(project.path("testdata/_faults.json")).unwrap()).unwrap();
    let pulled = project.rows(&["pull"]);
    let rejecting = pulled.iter().filter(|source| source["rejected"] != 0);
    let rejected = rejecting.flat_map(|source| {
        let rows = project.rows(&["rejects", "show", text(source, "source"), "--limit", "1000000"]);
        rows.into_iter().map(|row| {
            let part = |column| text(&row, column).to_owned();
            (part("file"), part("table_name"), row["row"].as_i64().unwrap(), part("column_name"), part("rule"))
        })
    });
    let listed = listed.iter().map(|fault| {
        let part = |column| text(fault, column).to_owned();
        (part("file"), part("table"), fault["row"].as_i64().unwrap(), part("column"), part("rule"))
    });
    let (listed, rejected) = (counted(listed), counted(rejected));
    assert!(listed.len() > 200, "{} faults are few", listed.len());
    for rule in ["required", "type", "pattern", "values", "range", "code_list", "reference", "column_count"] {
        assert!(listed.keys().any(|fault| fault.4 == rule), "no fault breaks the rule {rule}");
    }
    for rule in ["duplicate_key", "malformed", "period", "followed_within_patients"] {
        assert!(listed.keys().any(|fault| fault.4 == rule), "no fault breaks the rule {rule}");
    }
    let missed: Vec<_> = listed.iter().filter(|(fault, count)| rejected.get(*fault) != Some(*count)).collect();
    let besides: Vec<_> = rejected.iter().filter(|(row, _)| !listed.contains_key(*row)).collect();
    assert!(missed.is_empty() && besides.is_empty(), "missed {missed:?}, besides {besides:?}");
}
