//! The golden cases: systems and derived figures with answers that were found by enumeration.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use maaltal_protection::attack::{Attacker, Interval};
use maaltal_protection::{
    Cell, Concentration, Contributions, KnownTo, Numbers, Part, Percent, Rounds, Rule, Share, SmallPart, SmallestCount,
    Standing,
};
use serde_json::Value;
use support::{Given, harm};

fn golden() -> Value {
    serde_json::from_str(include_str!("data/golden.json")).unwrap()
}

fn texts(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()
}

/// Whether a case is protected with respect to people who are alone in a cell.
#[derive(Clone, Copy, PartialEq)]
enum Alone {
    Ignored,
    Heeded,
}

/// A golden case as a system. Base cells are municipalities, the sum of everything the country, other sums regions.
fn given(case: &Value, alone: Alone) -> Given {
    let values: BTreeMap<String, i64> =
        case["base_cells"].as_object().unwrap().iter().map(|(key, it)| (key.clone(), it.as_i64().unwrap())).collect();
    let mut sums: BTreeMap<String, Vec<&str>> = values.keys().map(|it| (it.clone(), vec![it.as_str()])).collect();
    for (key, parts) in case["sums"].as_object().unwrap() {
        sums.insert(key.clone(), texts(parts));
    }
    let rule = Rule::Count(SmallestCount::new(case["k"].as_i64().unwrap()).unwrap());
    let (primary, never, singletons) =
        (texts(&case["primary"]), texts(&case["never_hidden"]), texts(&case["singletons"]));
    let cell = |(key, parts): (&String, &Vec<&str>)| Cell {
        key: key.clone(),
        sum: parts.iter().map(|it| ((*it).to_owned(), 1)).collect(),
        standing: if never.contains(&key.as_str()) { Standing::Public } else { Standing::Published },
        harm: harm(parts.len(), values.len(), Part::Numerator, 0),
        primary: primary.contains(&key.as_str()).then_some(rule),
        history: Default::default(),
        known_to: match alone {
            Alone::Heeded if singletons.contains(&key.as_str()) => KnownTo::SoleContributor,
            _ => KnownTo::Nobody,
        },
    };
    Given { cells: sums.iter().map(cell).collect(), values, numbers: Numbers::Whole }
}

fn interval(of: &Value) -> Interval {
    Interval { least: of[0].as_i64().unwrap(), most: of[1].as_i64() }
}

#[test]
fn the_attacker_finds_every_golden_interval() {
    let mut intervals = 0;
    for case in golden()["cases"].as_array().unwrap() {
        let system = given(case, Alone::Ignored).system();
        for check in case["checks"].as_array().unwrap() {
            let knowledge = system.knowledge_of(texts(&check["published"]));
            let mut attacker = Attacker::new(&knowledge).unwrap();
            for target in system.targets() {
                let Some(expected) = check["interval"].get(&target.name) else { continue };
                let found = attacker.interval(&target).unwrap();
                assert_eq!(found, interval(expected), "{} {}: {}", case["id"], check["note"], target.name);
                intervals += 1;
            }
        }
    }
    assert_eq!(intervals, 75);
}

#[test]
fn the_attacker_reports_just_the_narrow_ones() {
    for case in golden()["cases"].as_array().unwrap() {
        let system = given(case, Alone::Ignored).system();
        for check in case["checks"].as_array().unwrap() {
            let knowledge = system.knowledge_of(texts(&check["published"]));
            let report = Attacker::new(&knowledge).unwrap().run(&system.targets()).unwrap();
            let checked = check["interval"].as_object().unwrap();
            let found: BTreeSet<&str> =
                report.findings.iter().map(|it| it.target.as_str()).filter(|it| checked.contains_key(*it)).collect();
            // Two names of one cell are one target.
            let expected: BTreeSet<&str> = texts(&check["too_narrow"])
                .into_iter()
                .filter(|it| system.targets().iter().any(|t| t.name == *it))
                .collect();
            assert_eq!(found, expected, "{} {}", case["id"], check["note"]);
            for finding in &report.findings {
                assert!(
                    !finding.relation.is_empty(),
                    "{}: nothing is said to give {} away",
                    case["id"],
                    finding.target
                );
            }
        }
    }
}

#[test]
fn every_golden_case_is_protected() {
    for case in golden()["cases"].as_array().unwrap() {
        let given = given(case, Alone::Ignored);
        let system = given.system();
        let pattern = system.protect(Rounds::default()).unwrap();
        support::assert_safe(&given, &pattern);
        let further = pattern.hidden.keys().filter(|it| !texts(&case["primary"]).contains(&it.as_str())).count();
        let fewest = case["fewest"]["interval"]["further_cells"].as_u64();
        println!("{}: {further} further cells, the fewest are {fewest:?}, rounds {}", case["id"], pattern.rounds);
        // Elimination alone answers every case but those whose intervals are narrow though nothing is determined.
        let repaired = ["independent_but_narrow", "missing"].contains(&case["id"].as_str().unwrap());
        assert_eq!(pattern.rounds > 0, repaired, "{}", case["id"]);
        // Elimination is no search for the fewest. It may hide more than the optimum, never less.
        if let Some(fewest) = fewest {
            assert!(further >= usize::try_from(fewest).unwrap(), "{}", case["id"]);
        }
    }
}

#[test]
fn a_person_alone_in_a_cell_finds_no_other() {
    for case in golden()["cases"].as_array().unwrap().iter().filter(|it| !texts(&it["singletons"]).is_empty()) {
        let given = given(case, Alone::Heeded);
        let system = given.system();
        let pattern = system.protect(Rounds::default()).unwrap();
        support::assert_safe(&given, &pattern);
        let further = pattern.hidden.keys().filter(|it| !texts(&case["primary"]).contains(&it.as_str())).count();
        let fewest = case["fewest"]["singleton"]["further_cells"].as_u64().unwrap();
        println!("{}: {:?}", case["id"], pattern.hidden);
        assert_eq!(further as u64, fewest, "{}", case["id"]);
    }
}

#[test]
fn the_relation_names_what_gives_a_cell_away() {
    let golden = golden();
    let case = golden["cases"].as_array().unwrap().iter().find(|it| it["id"] == "linked_together").unwrap();
    let system = given(case, Alone::Ignored).system();
    let knowledge = system.knowledge_of(texts(&case["checks"][0]["published"]));
    let report = Attacker::new(&knowledge).unwrap().run(&system.targets()).unwrap();
    let [finding] = report.findings.as_slice() else { panic!("{report:?}") };
    let relation: Vec<String> = finding.relation.iter().map(ToString::to_string).collect();
    // K = small - county-1 - N: those in the small group less county 1 (I and J are in both) leave K and N.
    assert_eq!(relation, ["+ small", "- N", "- county-1"]);
}

fn derived(id: &str) -> Value {
    golden()["derived"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap().clone()
}

#[test]
fn small_counts_are_primary() {
    let k = SmallestCount::USUAL;
    for case in derived("small_count_rule")["cases"].as_array().unwrap() {
        let share = Share {
            numerator: case["numerator"].as_i64().unwrap(),
            denominator: case["denominator"].as_i64().unwrap(),
        };
        let names = |it: &SmallPart| match it {
            SmallPart::Numerator => "numerator",
            SmallPart::Complement => "complement",
            SmallPart::Denominator => "denominator",
        };
        let found: Vec<&str> = share.small_parts(k).iter().map(names).collect();
        assert_eq!(found, texts(&case["primary"]), "{case}");
    }
}

#[test]
fn concentrated_amounts_are_primary() {
    let rule = Concentration { fewest: NonZeroU32::new(3).unwrap(), dominance: Percent::new(85).unwrap() };
    for case in derived("dominance")["cases"].as_array().unwrap() {
        let mut parts: Vec<i64> =
            case["contributions"].as_array().unwrap().iter().map(|it| it.as_i64().unwrap()).collect();
        parts.sort_unstable_by_key(|it| -it);
        let it = Contributions {
            contributors: parts.len() as u32,
            total: parts.iter().sum(),
            largest: parts[0],
            second_largest: parts[1],
        };
        assert_eq!(rule.finds(it).is_some(), case["primary"].as_bool().unwrap(), "{case}");
    }
}

/// What the derived cases show: everything calculated from a hidden count gives it back, so all of it has to go with it.
#[test]
fn what_follows_from_a_count_gives_it_back() {
    let number = |case: &Value, key: &str| case[key].as_f64().unwrap();
    let whole = |case: &Value, key: &str| {
        case[key].as_array().unwrap().iter().map(|it| it.as_i64().unwrap()).collect::<Vec<_>>()
    };
    let rate = derived("rate_with_public_population");
    assert_eq!(
        number(&rate, "value") * number(&rate, "denominator") / number(&rate, "per"),
        number(&rate, "numerator")
    );

    let rounded = derived("rate_rounded");
    let (value, denominator, per) =
        (number(&rounded, "value"), number(&rounded, "denominator"), number(&rounded, "per"));
    let shown = |n: i64| (n as f64 / denominator * per * 10.0).round() / 10.0;
    assert_eq!((0..=100).filter(|it| shown(*it) == value).collect::<Vec<_>>(), whole(&rounded, "numerators"));

    for (id, factor, tolerance) in [("wilson_tells_all", 1.0, 1e-12), ("wilson_rounded", 100.0, 0.05)] {
        let case = derived(id);
        let (lower, upper) = (number(&case, "lower_95"), number(&case, "upper_95"));
        let mut pairs = Vec::new();
        for n in 1..=2000_i64 {
            for x in 0..=n {
                let (low, high) = wilson(x as f64, n as f64);
                if (low * factor - lower).abs() <= tolerance && (high * factor - upper).abs() <= tolerance {
                    pairs.push(vec![x, n]);
                }
            }
        }
        let expected: Vec<Vec<i64>> = serde_json::from_value(case["pairs"].clone()).unwrap();
        assert_eq!(pairs, expected, "{id}");
    }

    let alone = derived("value_alone");
    let fits = |n: &i64| (number(&alone, "value") * *n as f64) % 100.0 == 0.0;
    assert_eq!((1..=200).filter(fits).collect::<Vec<_>>(), whole(&alone, "denominators"));

    let gap = derived("gap");
    assert_eq!(number(&gap, "target") - number(&gap, "gap"), number(&gap, "value"));
    let pace = derived("observed_pace");
    assert_eq!(
        number(&pace, "baseline_value") + number(&pace, "years") * number(&pace, "observed_pace"),
        number(&pace, "value")
    );

    let three = derived("median_of_three");
    let (p10, p50, p90) = (number(&three, "p10"), number(&three, "p50"), number(&three, "p90"));
    // With three practices p10 is a fifth of the way from the smallest to the middle one, p90 the same from above.
    let solved = [(p10 - 0.2 * p50) / 0.8, p50, (p90 - 0.2 * p50) / 0.8].map(|it| it.round() as i64);
    assert_eq!(solved.to_vec(), whole_of(&three["solved_from_p10_p50_p90"]));

    let two = derived("sd_and_mean_of_two");
    let (mean, sd) = (number(&two, "mean"), number(&two, "sd"));
    assert_eq!([mean - sd, mean + sd].map(|it| it as i64).to_vec(), whole_of(&two["practices"]));
}

fn whole_of(values: &Value) -> Vec<i64> {
    values.as_array().unwrap().iter().map(|it| it.as_f64().unwrap() as i64).collect()
}

/// The 95 % limits of x of n (Wilson 1927).
fn wilson(x: f64, n: f64) -> (f64, f64) {
    let z = 1.959_963_984_540_054;
    let (p, z2) = (x / n, z * z);
    let middle = p + z2 / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle - half) / (1.0 + z2 / n), (middle + half) / (1.0 + z2 / n))
}

/// All cases are there, so that a shortened file does not pass for a passed test.
#[test]
fn all_cases_are_there() {
    let golden = golden();
    assert_eq!((golden["cases"].as_array().unwrap().len(), golden["derived"].as_array().unwrap().len()), (18, 11));
}
