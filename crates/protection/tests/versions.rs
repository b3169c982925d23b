//! Versions of the same year: hidden stays hidden, published counts as known.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use maaltal_protection::attack::{Attacker, Exposure, Interval, Knowledge, Seen, Sighting, Values, facts};
use maaltal_protection::versions::{Version, recall};
use maaltal_protection::{
    Cell, History, KnownTo, Numbers, Part, Pattern, Reason, Rounds, Rule, SmallestCount, Standing,
};
use support::{Given, harm};

/// A region of municipalities, protected at k = 5.
fn region(values: &[(&str, i64)]) -> Given {
    let values: BTreeMap<String, i64> = values.iter().map(|it| (it.0.to_owned(), it.1)).collect();
    let k = SmallestCount::USUAL;
    let parts = values.keys().map(|it| (it.clone(), vec![it.clone()]));
    let all = [("R".to_owned(), values.keys().cloned().collect::<Vec<_>>())];
    let cell = |(key, sum): (String, Vec<String>)| Cell {
        key,
        primary: k.is_small(sum.iter().map(|it| values[it]).sum()).then_some(Rule::Count(k)),
        harm: harm(sum.len(), values.len(), Part::Numerator, 0),
        sum: sum.into_iter().map(|it| (it, 1)).collect(),
        standing: Standing::Published,
        history: History::New,
        known_to: KnownTo::Nobody,
    };
    Given { cells: parts.chain(all).map(cell).collect(), values, numbers: Numbers::Whole }
}

/// What a version that was published so shows.
fn shown(given: &Given, pattern: &Pattern) -> Version {
    let published = given.cells.iter().filter(|it| pattern.published.contains(&it.key));
    Version {
        published: published.map(|it| (it.key.clone(), given.value(it))).collect(),
        hidden: pattern.hidden.keys().cloned().collect(),
    }
}

fn version(published: &[(&str, i64)], hidden: &[&str]) -> Version {
    Version {
        published: published.iter().map(|it| (it.0.to_owned(), it.1)).collect(),
        hidden: hidden.iter().map(|it| (*it).to_owned()).collect(),
    }
}

fn remembering(mut given: Given, versions: &[Version]) -> (Given, Vec<(String, bool)>) {
    let values = given.values.clone();
    let value = |cell: &Cell| cell.sum.iter().map(|it| values[&it.0] * it.1).sum();
    let revisions = recall(versions, &mut given.cells, value);
    let small = |it: maaltal_protection::versions::Revision| (it.cell.clone(), it.is_small(SmallestCount::USUAL));
    (given, revisions.into_iter().map(small).collect())
}

#[test]
fn a_partner_of_the_first_version_stays_hidden_in_the_second() {
    let first = region(&[("a", 1), ("b", 6), ("c", 7), ("d", 30)]);
    let pattern = first.system().protect(Rounds::default()).unwrap();
    assert_eq!(pattern.hidden.len(), 2);
    // Only d changes, by 40. Alone, the second version might take another partner.
    let (second, revisions) =
        remembering(region(&[("a", 1), ("b", 6), ("c", 7), ("d", 70)]), &[shown(&first, &pattern)]);
    let again = second.system().protect(Rounds::default()).unwrap();
    assert_eq!(again.hidden.keys().collect::<Vec<_>>(), pattern.hidden.keys().collect::<Vec<_>>());
    assert_eq!(revisions, [("R".to_owned(), false)]);
}

#[test]
fn a_zero_that_was_a_one_stays_hidden() {
    let before = version(&[("c", 9), ("R", 14)], &["a", "b"]);
    let (now, revisions) = remembering(region(&[("a", 0), ("b", 4), ("c", 9)]), &[before]);
    let pattern = now.system().protect(Rounds::default()).unwrap();
    assert_eq!(pattern.hidden["a"], Reason::HiddenBefore);
    assert!(!pattern.published.contains("a"));
    // The region fell by 1: the revision itself tells of one person, and should wait.
    assert_eq!(revisions, [("R".to_owned(), true)]);
}

#[test]
fn a_small_count_that_was_published_is_hidden_and_told() {
    let before = version(&[("a", 3), ("b", 6), ("c", 9), ("R", 18)], &[]);
    let (now, _) = remembering(region(&[("a", 3), ("b", 6), ("c", 9)]), &[before]);
    let pattern = now.system().protect(Rounds::default()).unwrap();
    assert_eq!(pattern.hidden.keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(pattern.known_before, BTreeSet::from(["a".to_owned()]));
}

#[test]
fn the_union_of_two_careless_versions_is_found() {
    let sum = |of: &[usize]| of.iter().map(|it| (*it, 1)).collect();
    let sighting =
        |version, name: &str, of: &[usize], value| Sighting { version, name: name.to_owned(), sum: sum(of), value };
    // Version 1 hides a and b, version 2 hides a and c.
    let seen = [
        sighting(1, "c", &[2], 7),
        sighting(1, "R", &[0, 1, 2], 14),
        sighting(2, "b", &[1], 6),
        sighting(2, "R", &[0, 1, 2], 14),
    ];
    let (facts, superseded) = facts(&seen, 2);
    assert_eq!(superseded, []);
    assert_eq!(facts.iter().filter(|it| it.seen == Seen::Earlier).count(), 2);
    let knowledge =
        Knowledge { unknowns: 3, values: Values::Whole, facts, never_negative: Vec::new(), insiders: Vec::new() };
    let target = region(&[("a", 1), ("b", 6), ("c", 7)]).system().targets().remove(0);
    let report = Attacker::new(&knowledge).unwrap().run(&[target]).unwrap();
    assert_eq!(report.findings[0].exposure, Exposure::Narrow(Interval { least: 1, most: Some(1) }));
    let relation: Vec<String> = report.findings[0].relation.iter().map(ToString::to_string).collect();
    assert_eq!(relation, ["+ R", "- b", "- c"]);
}

#[test]
fn a_replaced_value_is_told_by_its_difference() {
    let sighting = |version, value| Sighting { version, name: "R".to_owned(), sum: vec![(0, 1), (1, 1)], value };
    let (facts, superseded) = facts(&[sighting(2, 13), sighting(1, 14)], 2);
    assert_eq!((facts.len(), facts[0].value, facts[0].seen), (1, 13, Seen::Now));
    assert_eq!((superseded.len(), superseded[0].difference()), (1, 1));
}
