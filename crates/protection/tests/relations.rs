//! Relations found in the numbers, and declared ones held against them.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use maaltal_protection::relations::{Grid, Place, Relation, RelationError, Threshold, linked};
use support::Drawn;

/// Three years of 40 places.
fn places() -> Vec<Place> {
    (0..120).map(|it| Place { year: 2018 + it / 40, geography: format!("municipality {}", it % 40) }).collect()
}

fn drawn(name: &str) -> Vec<i64> {
    let mut drawn = Drawn::of("column", name);
    (0..120).map(|_| drawn.below(60) as i64).collect()
}

fn plus(a: &[i64], b: &[i64]) -> Vec<i64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// Doctors as the dataset has them: parts by age, a denominator that is another indicator's numerator, a sum of three.
fn columns() -> BTreeMap<String, Vec<i64>> {
    let (old, exactly, young) = (drawn("over 65"), drawn("exactly 65"), drawn("young"));
    let senior = plus(&old, &exactly);
    let [a, b, c] = ["a", "b", "c"].map(drawn);
    [
        ("over_65", old),
        ("a1_65plus", senior.clone()),
        ("u5_65plus.denominator", senior.clone()),
        ("exactly_65", exactly),
        ("under_65", young.clone()),
        ("owners", plus(&senior, &young)),
        ("pharmacists", a.clone()),
        ("physiotherapists", b.clone()),
        ("psychologists", c.clone()),
        ("others", plus(&plus(&a, &b), &c)),
        ("nothing", vec![0; 120]),
    ]
    .map(|(name, values)| (name.to_owned(), values))
    .into()
}

fn sum(total: &str, parts: &[&str]) -> Relation {
    Relation::Sum { total: total.to_owned(), parts: parts.iter().map(|it| (*it).to_owned()).collect() }
}

fn equal(a: &str, b: &str) -> Relation {
    Relation::Equal(a.to_owned(), b.to_owned())
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn equal_columns_and_sums_of_two_and_three_are_found() {
    let found = Grid::new(places(), columns()).unwrap().find(Threshold::default());
    assert_eq!(found.zero, ["nothing"]);
    assert_eq!(
        found.relations,
        [
            equal("a1_65plus", "u5_65plus.denominator"),
            sum("a1_65plus", &["exactly_65", "over_65"]),
            sum("owners", &["a1_65plus", "under_65"]),
            sum("others", &["pharmacists", "physiotherapists", "psychologists"]),
        ],
        "owners = over 65 + exactly 65 + under 65 follows from two of them"
    );
}

#[test]
fn what_is_declared_or_follows_from_it_is_not_reported() {
    let grid = Grid::new(places(), columns()).unwrap();
    let declared = [
        sum("owners", &["over_65", "exactly_65", "under_65"]),
        sum("a1_65plus", &["over_65", "exactly_65"]),
        equal("u5_65plus.denominator", "a1_65plus"),
    ];
    let undeclared = grid.undeclared(&declared, Threshold::default()).unwrap();
    assert_eq!(undeclared, [sum("others", &["pharmacists", "physiotherapists", "psychologists"])]);
    assert_eq!(grid.broken(&declared).unwrap(), []);
}

#[test]
fn a_relation_that_one_cell_breaks_is_an_error_and_no_longer_found() {
    let mut columns = columns();
    columns.get_mut("owners").unwrap()[57] += 1;
    let grid = Grid::new(places(), columns).unwrap();
    let declared = [sum("owners", &["a1_65plus", "under_65"])];
    let broken = grid.broken(&declared).unwrap();
    assert_eq!(broken.len(), 1);
    assert_eq!((broken[0].geography.as_str(), broken[0].year), ("municipality 17", 2019));
    assert_eq!(broken[0].left, broken[0].right + 1);
    assert!(!grid.find(Threshold::default()).relations.contains(&declared[0]));
}

#[test]
fn two_overlapping_groups_give_those_in_both() {
    // Doctors by where they use a tool: in their practice only, in their cluster only, in both.
    let [practice, cluster, both] = ["practice only", "cluster only", "both"].map(drawn);
    let columns = [
        ("practice", plus(&practice, &both)),
        ("cluster", plus(&cluster, &both)),
        ("somewhere", plus(&plus(&practice, &cluster), &both)),
        ("both", both),
    ];
    let grid = Grid::new(places(), columns.map(|(name, values)| (name.to_owned(), values)).into()).unwrap();
    let balance = Relation::Balance { left: names(&["cluster", "practice"]), right: names(&["both", "somewhere"]) };
    let found = grid.find(Threshold::default()).relations;
    let turned = Relation::Balance { left: names(&["both", "somewhere"]), right: names(&["cluster", "practice"]) };
    assert!(found == [balance.clone()] || found == [turned], "{found:?}");
    assert_eq!(grid.undeclared(&[balance], Threshold::default()).unwrap(), []);
}

#[test]
fn few_cells_and_a_single_year_support_nothing() {
    let scarce: Vec<i64> = (0..120).map(|it| i64::from(it < 4)).collect();
    let in_one_year: Vec<i64> = (0..120).map(|it| if it < 40 { 7 } else { 0 }).collect();
    let columns = [
        ("all", plus(&drawn("rest"), &scarce)),
        ("rest", drawn("rest")),
        ("scarce", scarce),
        ("total", plus(&drawn("part"), &in_one_year)),
        ("part", drawn("part")),
        ("in one year", in_one_year),
    ];
    let columns = columns.map(|(name, values)| (name.to_owned(), values)).into();
    let grid = Grid::new(places(), columns).unwrap();
    assert_eq!(grid.find(Threshold::default()).relations, []);
    assert_eq!(grid.find(Threshold { cells: 4, years: 1 }).relations.len(), 2);
}

#[test]
fn nested_counts_are_told_with_how_often_few_lie_between() {
    let grid = Grid::new(places(), columns()).unwrap();
    let few = drawn("exactly 65").iter().filter(|it| (1..5).contains(*it)).count();
    assert!(few > 0);
    let nested = grid.nested(&[names(&["a1_65plus", "over_65"])], 5);
    assert_eq!(nested, [(Relation::Nested { outer: "a1_65plus".to_owned(), inner: "over_65".to_owned() }, few)]);
    let inverted = Relation::Nested { outer: "over_65".to_owned(), inner: "a1_65plus".to_owned() };
    assert_eq!(grid.broken(&[inverted]).unwrap().len(), 1);
}

#[test]
fn groups_are_closed_under_relations_but_not_through_what_is_never_hidden() {
    let relations = [
        sum("owners", &["a1_65plus", "under_65"]),
        equal("u5_65plus.denominator", "a1_65plus"),
        sum("owners", &["tool users", "tool abstainers"]),
        sum("others", &["pharmacists", "physiotherapists"]),
    ];
    let groups = linked(&relations, &names(&["a1_65plus", "tool users"]), &names(&["owners"]));
    assert_eq!(
        groups,
        [names(&["a1_65plus", "under_65", "u5_65plus.denominator"]), names(&["tool abstainers", "tool users"])]
    );
}

#[test]
fn what_is_not_there_is_an_error() {
    let grid = Grid::new(places(), columns()).unwrap();
    let error = grid.broken(&[equal("owners", "nobody")]).unwrap_err();
    assert!(matches!(error, RelationError::NoSuchColumn { column, .. } if column == "nobody"));
    let short = BTreeMap::from([("short".to_owned(), vec![1])]);
    assert!(matches!(Grid::new(places(), short), Err(RelationError::NotFull { values: 1, places: 120, .. })));
}

/// All the numbers of an indicator table: some 400 columns over thousands of cells take a moment, not minutes.
#[test]
fn hundreds_of_columns_take_a_moment() {
    let places: Vec<Place> =
        (0..1_500).map(|it| Place { year: 2014 + it / 125, geography: format!("{}", it % 125) }).collect();
    let values = |name: &str| {
        let mut drawn = Drawn::of("wide", name);
        (0..1_500).map(|_| drawn.below(5_000) as i64).collect::<Vec<_>>()
    };
    let mut columns: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for at in 0..130 {
        let (numerator, complement) = (values(&format!("n{at}")), values(&format!("c{at}")));
        columns.insert(format!("{at:03} d"), plus(&numerator, &complement));
        columns.insert(format!("{at:03} n"), numerator);
        columns.insert(format!("{at:03} c"), complement);
    }
    let started = std::time::Instant::now();
    let found = Grid::new(places, columns).unwrap().find(Threshold::default());
    println!("{:.2} s", started.elapsed().as_secs_f64());
    assert_eq!(found.relations.len(), 130);
}
