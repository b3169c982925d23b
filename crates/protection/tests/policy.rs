//! The draft of the policy covers the dictionary: every indicator once, and what is open with a reason.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::{Table, Value};

fn draft() -> Table {
    include_str!("data/protection_draft.toml").parse().unwrap()
}

fn texts(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()
}

/// The dictionary's indicators: one file each.
fn dictionary() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sql/almen_praksis/indicators");
    let names = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    names.filter_map(|it| it.strip_suffix(".toml").map(str::to_owned)).collect()
}

#[test]
fn every_indicator_is_in_one_family() {
    let mut families: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for family in draft()["family"].as_array().unwrap() {
        for indicator in texts(&family["indicators"]) {
            families.entry(indicator.to_owned()).or_default().push(family["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(families.keys().cloned().collect::<BTreeSet<_>>(), dictionary());
    let twice: Vec<_> = families.iter().filter(|it| it.1.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_family_says_why_and_what_is_protected() {
    for family in draft()["family"].as_array().unwrap() {
        let text = |key: &str| family.get(key).and_then(Value::as_str);
        assert!(["da", "en"].iter().all(|it| !family["reason"][it].as_str().unwrap().is_empty()), "{family:?}");
        let levels = ["country", "region", "training_region", "health_council", "municipality"];
        assert!(levels.contains(&text("lowest").unwrap()), "{family:?}");
        match text("rule").unwrap() {
            "count" => {
                assert!(family.get("harmed").is_some());
                assert!(["protected", "open"].contains(&text("complement").unwrap()));
                assert!(["protected", "public"].contains(&text("denominator").unwrap()));
                assert!(["heeded", "ignored"].contains(&text("singletons").unwrap()));
            }
            "contributors" => assert!(family.get("harmed").is_some()),
            rule => assert_eq!(rule, "open"),
        }
    }
}

#[test]
fn relations_name_columns_of_indicators() {
    let draft = draft();
    let dictionary = dictionary();
    let column = |name: &str| {
        let (indicator, part) = name.rsplit_once('.').unwrap();
        let indicator = indicator.split_once('[').map_or(indicator, |it| it.0);
        assert!(dictionary.contains(indicator), "{name}");
        assert!(["numerator", "denominator", "complement"].contains(&part), "{name}");
    };
    for equal in draft["equal"].as_array().unwrap() {
        texts(&equal["columns"]).into_iter().for_each(column);
    }
    for sum in draft["sum"].as_array().unwrap() {
        column(sum["total"].as_str().unwrap());
        texts(&sum["parts"]).into_iter().for_each(column);
    }
    for balance in draft["balance"].as_array().unwrap() {
        texts(&balance["left"]).into_iter().chain(texts(&balance["right"])).for_each(column);
    }
    for nested in draft["nested"].as_array().unwrap() {
        column(nested["outer"].as_str().unwrap());
        column(nested["inner"].as_str().unwrap());
    }
    for lowest in draft["lowest"].as_array().unwrap() {
        assert!(dictionary.contains(lowest["indicator"].as_str().unwrap()));
    }
}
