//! Columns over geographies become cells: what is laid out, and what is refused.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use maaltal_protection::relations::Relation;
use maaltal_protection::table::{Column, Geography, RemainderRule, Rollup, Table, TableError, cell_key};
use maaltal_protection::{Breakdown, KnownTo, Level, Numbers, Part, Pattern, Rounds, SmallestCount, Standing, System};

fn geography(name: &str, level: Level, places: &[&str]) -> Geography {
    let population = places.len() as u64;
    Geography { name: name.to_owned(), level, population, places: places.iter().map(|it| (*it).to_owned()).collect() }
}

fn column(name: &str, part: Part, values: &[(&str, i64)]) -> Column {
    Column {
        name: name.to_owned(),
        breakdown: Breakdown::All,
        part,
        standing: Standing::Published,
        lowest: Level::Municipality,
        rollup: Rollup::Sum,
        values: values.iter().map(|it| (it.0.to_owned(), it.1)).collect(),
        absent: BTreeSet::new(),
        primary: BTreeMap::new(),
        of_remainder: RemainderRule::Open,
        one_person: KnownTo::Nobody,
    }
}

/// Two regions of two municipalities each; the council of `a` is `a`.
fn table(columns: Vec<Column>, relations: Vec<Relation>) -> Table {
    let geographies = vec![
        geography("DK", Level::Country, &["a", "b", "c", "d"]),
        geography("R1", Level::Region, &["a", "b"]),
        geography("R2", Level::Region, &["c", "d"]),
        geography("H", Level::HealthCouncil, &["a"]),
        geography("a", Level::Municipality, &["a"]),
        geography("b", Level::Municipality, &["b"]),
        geography("c", Level::Municipality, &["c"]),
        geography("d", Level::Municipality, &["d"]),
    ];
    Table {
        year: 2018,
        geographies,
        remainders: BTreeSet::from(["R1".to_owned(), "R2".to_owned()]),
        columns,
        relations,
    }
}

fn protect(table: &Table) -> Pattern {
    let laid = table.lay().unwrap();
    let given = support::Given { numbers: Numbers::Whole, values: laid.values, cells: laid.cells };
    let pattern = given.system().protect(Rounds::default()).unwrap();
    support::assert_safe(&given, &pattern);
    pattern
}

fn hidden(pattern: &Pattern) -> Vec<&str> {
    pattern.hidden.keys().map(String::as_str).collect()
}

const K: SmallestCount = SmallestCount::USUAL;

#[test]
fn a_small_count_goes_with_the_council_that_is_the_same_cell() {
    let counts = column(
        "n",
        Part::Numerator,
        &[("DK", 52), ("R1", 12), ("R2", 40), ("H", 3), ("a", 3), ("b", 9), ("c", 20), ("d", 20)],
    );
    let pattern = protect(&table(vec![counts.with_small_counts(K, None)], Vec::new()));
    assert_eq!(hidden(&pattern), ["n @ H", "n @ a", "n @ b"]);
    assert!(pattern.published.contains(&cell_key("n", "R1")));
}

#[test]
fn a_place_not_known_is_protected_though_nobody_publishes_it() {
    // The region has 2 more than its municipalities.
    let counts = column(
        "n",
        Part::Numerator,
        &[("DK", 92), ("R1", 52), ("R2", 40), ("H", 20), ("a", 20), ("b", 30), ("c", 20), ("d", 20)],
    );
    let counts = counts.with_small_counts(K, None);
    let pattern = protect(&table(vec![counts], Vec::new()));
    assert_eq!(pattern.hidden.len(), 1, "{pattern:?}");
    assert!(pattern.published.contains("n @ R1") && pattern.published.contains("n @ DK"));
}

#[test]
fn a_level_below_the_lowest_is_nobodys_partner() {
    let mut counts = column(
        "n",
        Part::Numerator,
        &[("DK", 52), ("R1", 12), ("R2", 40), ("H", 3), ("a", 3), ("b", 9), ("c", 20), ("d", 20)],
    )
    .with_small_counts(K, None);
    counts.lowest = Level::Region;
    assert_eq!(hidden(&protect(&table(vec![counts], Vec::new()))), [""; 0]);
}

#[test]
fn a_share_is_solved_for_its_parts() {
    let places = ["DK", "R1", "R2", "H", "a", "b", "c", "d"];
    let with = |values: [i64; 8]| places.into_iter().zip(values).collect::<Vec<_>>();
    let mut owners = column("d", Part::Denominator, &with([100, 50, 50, 10, 10, 40, 25, 25]));
    owners.standing = Standing::Public;
    let old = column("n", Part::Numerator, &with([59, 29, 30, 9, 9, 20, 15, 15])).with_small_counts(K, None);
    let mut young = column("c", Part::Complement, &with([41, 21, 20, 1, 1, 20, 10, 10])).with_small_counts(K, None);
    young.standing = Standing::Unpublished;
    let parts = BTreeSet::from(["n".to_owned(), "c".to_owned()]);
    let table = table(vec![owners, old, young], vec![Relation::Sum { total: "d".to_owned(), parts }]);
    let laid = table.lay().unwrap();
    assert_eq!(laid.values.len(), 8, "two free columns in four places: {:?}", laid.values);
    assert_eq!(hidden(&protect(&table)), ["n @ H", "n @ a", "n @ b"]);
}

#[test]
fn what_does_not_add_up_is_refused() {
    let too_few = column("n", Part::Numerator, &[("R1", 11), ("a", 3), ("b", 9)]);
    let error = table(vec![too_few], Vec::new()).lay().unwrap_err();
    assert!(matches!(error, TableError::DoesNotAddUp { geography, value: 11, sum: 12, .. } if geography == "R1"));

    // Christiansø: in the country and in no region. As a place of its own it adds up; left out, it does not.
    let island =
        column("n", Part::Numerator, &[("DK", 54), ("R1", 12), ("R2", 40), ("a", 3), ("b", 9), ("c", 20), ("d", 20)]);
    let error = table(vec![island], Vec::new()).lay().unwrap_err();
    assert!(matches!(error, TableError::DoesNotAddUp { geography, value: 54, sum: 52, .. } if geography == "DK"));
}

#[test]
fn a_protected_column_without_places_is_refused_and_not_silently_open() {
    let country = column("n", Part::Numerator, &[("DK", 3), ("R1", 3), ("R2", 0)]);
    let mut distinct = country.with_small_counts(K, None);
    distinct.rollup = Rollup::Distinct;
    let error = table(vec![distinct], Vec::new()).lay().unwrap_err();
    assert_eq!(error, TableError::WithoutPlaces("n".to_owned()));
}

#[test]
fn a_declared_relation_that_fails_in_a_place_is_refused() {
    let (a, b) = (column("x", Part::Numerator, &[("a", 3)]), column("y", Part::Numerator, &[("a", 4)]));
    let relations = vec![Relation::Equal("x".to_owned(), "y".to_owned())];
    let error = table(vec![a, b], relations).lay().unwrap_err();
    assert!(matches!(error, TableError::Broken(it) if (it.left, it.right, it.year) == (3, 4, 2018)));
}

#[test]
fn places_where_the_group_has_nothing_are_known_and_left_out() {
    let counts =
        column("n", Part::Numerator, &[("DK", 29), ("R1", 29), ("R2", 0), ("a", 9), ("b", 20), ("c", 0), ("d", 0)]);
    let laid = table(vec![counts], Vec::new()).lay().unwrap();
    assert_eq!(laid.values.len(), 2);
    assert_eq!(laid.empty, BTreeSet::from(["n @ R2", "n @ c", "n @ d"].map(str::to_owned)));
    let system = System::new(Numbers::Whole, &laid.values, laid.cells).unwrap();
    assert_eq!(system.size().1, 3, "DK and R1 are one cell");
}
