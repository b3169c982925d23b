//! Properties over random systems: 10,000 of them, or as many as MAALTAL_SYSTEMS says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic")]

mod support;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use maaltal_protection::attack::Attacker;
use maaltal_protection::{
    Breakdown, Cell, Harm, History, KnownTo, Level, Numbers, Part, Pattern, Percent, Rounds, Rule, SmallestCount,
    Standing,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use support::{Enumerated, Given, assert_safe, enumerate, harm};

/// How many systems each of the six kinds gets.
fn systems_of_a_kind() -> u32 {
    let asked = std::env::var("MAALTAL_SYSTEMS").ok().map(|it| it.parse::<u32>().expect("MAALTAL_SYSTEMS is a number"));
    asked.unwrap_or(10_000).div_ceil(6)
}

/// Runs a property over random systems of a kind. The seed is fixed: a red test stays red.
fn over(kind: impl Strategy<Value = Given>, property: impl Fn(&Given) -> Result<(), TestCaseError>) {
    let config = Config { cases: systems_of_a_kind(), failure_persistence: None, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, proptest::test_runner::TestRng::deterministic_rng(Default::default()));
    runner.run(&(kind, any::<u64>()), |(given, seed)| holds(&given, seed).and_then(|()| property(&given))).unwrap();
}

/// All that holds for every system.
fn holds(given: &Given, seed: u64) -> Result<(), TestCaseError> {
    let system = given.system();
    let pattern = system.protect(Rounds::default()).map_err(|it| TestCaseError::fail(format!("{it}: {it:?}")))?;
    // The attacker passes.
    assert_safe(given, &pattern);
    // No published value is changed, and what is published adds up.
    for fact in system.knowledge_of(pattern.published.iter().map(String::as_str)).facts {
        let cell = given.cells.iter().find(|it| it.key == fact.name).unwrap();
        prop_assert_eq!(fact.value, given.value(cell));
        prop_assert!(!pattern.hidden.contains_key(&fact.name));
    }
    for cell in given.cells.iter().filter(|it| it.primary.is_some() && it.standing != Standing::Public) {
        prop_assert!(!pattern.published.contains(&cell.key), "{} is protected and published", cell.key);
    }
    // The order of the cells does not matter.
    let mut shuffled = given.clone();
    shuffle(&mut shuffled.cells, seed);
    prop_assert_eq!(&shuffled.system().protect(Rounds::default()).unwrap(), &pattern);
    // Running twice hides nothing more.
    let again = later(given, &pattern).system().protect(Rounds::default()).unwrap();
    prop_assert_eq!(again.hidden.keys().collect::<Vec<_>>(), pattern.hidden.keys().collect::<Vec<_>>());
    Ok(())
}

/// The same system in the next version.
fn later(given: &Given, pattern: &Pattern) -> Given {
    let mut later = given.clone();
    for cell in later.cells.iter_mut().filter(|it| it.standing == Standing::Published) {
        cell.history = if pattern.published.contains(&cell.key) { History::Published } else { History::Hidden };
    }
    later
}

fn shuffle(cells: &mut [Cell], mut seed: u64) {
    for at in (1..cells.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        cells.swap(at, (seed >> 33) as usize % (at + 1));
    }
}

/// Counts as they are in small places: many zeros and ones.
fn count() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(0_i64), 4 => 1_i64..5, 3 => 5_i64..12, 1 => 12_i64..60]
}

fn smallest() -> impl Strategy<Value = SmallestCount> {
    (3_i64..=5).prop_map(|k| SmallestCount::new(k).unwrap())
}

/// A cell over named parts. It is primary if the rule says so of its value.
fn cell(key: &str, parts: &[(String, i64)], value: i64, k: SmallestCount, harm: Harm, standing: Standing) -> Cell {
    Cell {
        key: key.to_owned(),
        sum: parts.to_vec(),
        standing,
        harm,
        primary: (standing != Standing::Public && k.is_small(value)).then_some(Rule::Count(k)),
        history: History::New,
        known_to: KnownTo::Nobody,
    }
}

/// Rows and columns with all their totals.
fn two_way() -> impl Strategy<Value = Given> {
    (2_usize..=4, 2_usize..=3, smallest(), vec(count(), 12)).prop_map(|(rows, columns, k, counts)| {
        let name = |row: usize, column: usize| format!("{row}/{column}");
        let values: BTreeMap<String, i64> =
            (0..rows * columns).map(|it| (name(it / columns, it % columns), counts[it])).collect();
        let sums = (0..rows)
            .map(|row| (format!("row {row}"), (0..columns).map(|it| name(row, it)).collect::<Vec<_>>()))
            .chain(
                (0..columns).map(|column| (format!("column {column}"), (0..rows).map(|it| name(it, column)).collect())),
            )
            .chain([("all".to_owned(), values.keys().cloned().collect())])
            .chain(values.keys().map(|it| (it.clone(), vec![it.clone()])));
        let cells = sums.map(|(key, parts)| {
            let value = parts.iter().map(|it| values[it]).sum();
            let harm = harm(parts.len(), values.len(), Part::Numerator, 0);
            let parts: Vec<(String, i64)> = parts.into_iter().map(|it| (it, 1)).collect();
            cell(&key, &parts, value, k, harm, Standing::Published)
        });
        Given { numbers: Numbers::Whole, cells: cells.collect(), values }
    })
}

/// Places in up to three geographies that cut them differently, each place with those who have it and those who don't.
/// The denominators are public or not; complements are published by nobody.
fn shares(denominators: Standing) -> impl Strategy<Value = Given> {
    (2_usize..=6, smallest(), vec((count(), count(), 0_usize..3, 0_usize..2, 0_usize..4), 6)).prop_map(
        move |(places, k, drawn)| {
            let (yes, no) = (|it: usize| format!("{it} yes"), |it: usize| format!("{it} no"));
            let values: BTreeMap<String, i64> =
                (0..places).flat_map(|it| [(yes(it), drawn[it].0), (no(it), drawn[it].1)]).collect();
            let mut geographies: Vec<(String, Level, Vec<usize>)> =
                vec![("country".to_owned(), Level::Country, (0..places).collect())];
            for part in 0..4 {
                let within = |of: fn(&(i64, i64, usize, usize, usize)) -> usize| {
                    (0..places).filter(|it| of(&drawn[*it]) == part).collect()
                };
                geographies.push((format!("region {part}"), Level::Region, within(|it| it.2)));
                geographies.push((format!("new region {part}"), Level::Region, within(|it| it.3)));
                geographies.push((format!("council {part}"), Level::HealthCouncil, within(|it| it.4)));
            }
            geographies.extend((0..places).map(|it| (format!("place {it}"), Level::Municipality, vec![it])));
            geographies.retain(|it| !it.2.is_empty());
            let mut cells = Vec::new();
            for (name, level, members) in &geographies {
                let harm = |part| Harm {
                    level: *level,
                    breakdown: Breakdown::All,
                    part,
                    population: Reverse(members.len() as u64),
                };
                let parts = |of: &[&dyn Fn(usize) -> String]| -> Vec<(String, i64)> {
                    members.iter().flat_map(|&it| of.iter().map(move |of| (of(it), 1))).collect()
                };
                for (kind, part, sum, standing) in [
                    ("numerator", Part::Numerator, parts(&[&yes]), Standing::Published),
                    ("complement", Part::Complement, parts(&[&no]), Standing::Unpublished),
                    ("denominator", Part::Denominator, parts(&[&yes, &no]), denominators),
                ] {
                    let value = sum.iter().map(|it| values[&it.0]).sum();
                    cells.push(cell(&format!("{name} {kind}"), &sum, value, k, harm(part), standing));
                }
            }
            Given { numbers: Numbers::Whole, values, cells }
        },
    )
}

#[test]
fn tables_of_rows_and_columns() {
    let enumerated = AtomicU32::new(0);
    over(two_way(), |given| {
        let pattern = given.system().protect(Rounds::default()).unwrap();
        if enumerate(given, &pattern) == Enumerated::All {
            enumerated.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    println!("{} of {} systems enumerated", enumerated.load(Ordering::Relaxed), systems_of_a_kind());
}

#[test]
fn shares_of_public_denominators() {
    let enumerated = AtomicU32::new(0);
    over(shares(Standing::Public), |given| {
        let pattern = given.system().protect(Rounds::default()).unwrap();
        if enumerate(given, &pattern) == Enumerated::All {
            enumerated.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    println!("{} of {} systems enumerated", enumerated.load(Ordering::Relaxed), systems_of_a_kind());
}

#[test]
fn shares_of_denominators_that_are_protected_too() {
    let enumerated = AtomicU32::new(0);
    over(shares(Standing::Published), |given| {
        let pattern = given.system().protect(Rounds::default()).unwrap();
        if enumerate(given, &pattern) == Enumerated::All {
            enumerated.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    println!("{} of {} systems enumerated", enumerated.load(Ordering::Relaxed), systems_of_a_kind());
}

/// Doctors: who is alone in a cell knows it, and gives nobody else away.
#[test]
fn shares_of_persons_who_may_be_alone() {
    let alone = shares(Standing::Public).prop_map(|mut given| {
        for at in 0..given.cells.len() {
            if given.value(&given.cells[at]) == 1 && given.cells[at].primary.is_some() {
                given.cells[at].known_to = KnownTo::SoleContributor;
            }
        }
        given
    });
    over(alone, |_| Ok(()));
}

/// Amounts in ten thousandths, of which some cells come from too few.
#[test]
fn amounts_of_few_contributors() {
    let amounts = (two_way(), vec(0_i64..10_000, 12)).prop_map(|(mut given, decimals)| {
        given.numbers = Numbers::Decimal { per: 10_000 };
        for (value, rest) in given.values.values_mut().zip(decimals) {
            *value = if *value == 0 { 0 } else { *value * 10_000 + rest };
        }
        let rule = Rule::Amount(Percent::new(20).unwrap());
        for cell in &mut given.cells {
            cell.primary = cell.primary.map(|_| rule);
        }
        given
    });
    over(amounts, |_| Ok(()));
}

/// A revision moves one count by one. What the earlier version hid stays hidden, and both versions together are safe.
#[test]
fn two_versions_of_a_share() {
    over(shares(Standing::Public), |given| {
        let first = given.system().protect(Rounds::default()).unwrap();
        let mut second = later(given, &first);
        let moved = second.values.keys().next().unwrap().clone();
        *second.values.get_mut(&moved).unwrap() += 1;
        let k = SmallestCount::new(3).unwrap();
        for at in 0..second.cells.len() {
            let (before, now) = (given.value(&given.cells[at]), second.value(&second.cells[at]));
            let cell = &mut second.cells[at];
            if before != now && cell.history == History::Published {
                cell.history = History::Revised;
            }
            if cell.standing != Standing::Public {
                cell.primary = k.is_small(now).then_some(Rule::Count(k)).or(cell.primary);
            }
        }
        let system = second.system();
        let pattern = system.protect(Rounds::default()).map_err(|it| TestCaseError::fail(it.to_string()))?;
        for hidden in first.hidden.keys() {
            prop_assert!(pattern.hidden.contains_key(hidden), "{} was hidden before", hidden);
        }
        for cell in second.cells.iter().filter(|it| it.history == History::Published) {
            prop_assert!(pattern.published.contains(&cell.key) || pattern.known_before.contains(&cell.key));
        }
        let knowledge = system.knowledge_of(pattern.published.iter().map(String::as_str));
        let report = Attacker::new(&knowledge).unwrap().run(&system.targets()).unwrap();
        prop_assert!(report.findings.is_empty());
        Ok(())
    });
}
