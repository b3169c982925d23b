//! Systems of the size and shape of the real ones: all municipalities, regions of two versions, councils, with invented
//! counts. Nothing here says anything of the utility on real counts; it says that the size is no obstacle.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use maaltal_protection::relations::Relation;
use maaltal_protection::table::{Column, Geography, RemainderRule, Rollup, Table};
use maaltal_protection::{
    Breakdown, KnownTo, Level, Numbers, Part, Pattern, Percent, Rounds, Rule, SmallestCount, Standing, System,
};
use support::Drawn;

/// The project's own list of which municipality is where, with Christiansø (411) merged into Bornholm (400).
fn geographies() -> Vec<Geography> {
    let list = include_str!("../../../pipelines/reference/kommune_geografi.csv");
    let mut places: BTreeMap<(Level, String), BTreeSet<String>> = BTreeMap::new();
    for line in list.lines().skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        let (place, version, region, training, council) = (fields[0], fields[1], fields[2], fields[3], fields[4]);
        if place == "411" {
            continue;
        }
        let mut add = |level: Level, name: String| places.entry((level, name)).or_default().insert(place.to_owned());
        add(Level::Country, "country DK all".to_owned());
        add(Level::Region, format!("region {region} {version}"));
        add(Level::Municipality, format!("municipality {place} all"));
        if version == "2007" {
            add(Level::TrainingRegion, format!("training_region {training} all"));
        }
        if !council.is_empty() {
            add(Level::HealthCouncil, format!("health_council {council} 2027"));
        }
    }
    let population = |places: &BTreeSet<String>| places.iter().map(|it| residents(it)).sum();
    let geography = |((level, name), places)| Geography { name, level, population: population(&places), places };
    places.into_iter().map(geography).collect()
}

/// Residents of a municipality, invented: a few large towns and many small places.
fn residents(place: &str) -> u64 {
    let code: u64 = place.parse().unwrap();
    let drawn = Drawn::new(code).below(1_000);
    8_000 + drawn * 40 + if drawn > 950 { 300_000 } else { 0 }
}

/// A column of which every municipality's value is drawn, the others' being sums.
fn column(name: &str, geographies: &[Geography], value: impl Fn(&str) -> i64) -> Column {
    let of = |it: &Geography| (it.name.clone(), it.places.iter().map(|place| value(place)).sum());
    Column {
        name: name.to_owned(),
        breakdown: Breakdown::All,
        part: Part::Numerator,
        standing: Standing::Published,
        lowest: Level::Municipality,
        rollup: Rollup::Sum,
        values: geographies.iter().map(of).collect(),
        absent: BTreeSet::new(),
        primary: BTreeMap::new(),
        of_remainder: RemainderRule::Open,
        one_person: KnownTo::Nobody,
    }
}

fn sum(total: &str, parts: &[&str]) -> Relation {
    Relation::Sum { total: total.to_owned(), parts: parts.iter().map(|it| (*it).to_owned()).collect() }
}

/// Protects a table, tells how long it took, and lets the attacker have another go.
fn protect(name: &str, table: &Table, numbers: Numbers) -> (Vec<maaltal_protection::Cell>, Pattern) {
    let started = Instant::now();
    let laid = table.lay().unwrap();
    let system = System::new(numbers, &laid.values, laid.cells.iter().cloned()).unwrap();
    let pattern = match system.protect(Rounds::default()) {
        Ok(pattern) => pattern,
        Err(error) => panic!("{name}: {error}"),
    };
    let (unknowns, cells) = system.size();
    let mut hidden: BTreeMap<Level, (usize, usize)> = BTreeMap::new();
    for cell in laid.cells.iter().filter(|it| it.standing == Standing::Published) {
        let count = hidden.entry(cell.harm.level).or_default();
        count.0 += usize::from(pattern.hidden.contains_key(&cell.key));
        count.1 += 1;
    }
    println!(
        "{name}: {unknowns} unknowns, {cells} cells, {} primary, {} rounds, hidden of published {hidden:?}, {:.2} s",
        system.targets().len(),
        pattern.rounds,
        started.elapsed().as_secs_f64()
    );
    support::assert_safe(&support::Given { numbers, values: laid.values, cells: laid.cells.clone() }, &pattern);
    (laid.cells, pattern)
}

fn hidden_at(cells: &[maaltal_protection::Cell], pattern: &Pattern, level: Level) -> usize {
    cells.iter().filter(|it| it.harm.level == level && pattern.hidden.contains_key(&it.key)).count()
}

/// Doctors of 65 and over and exactly 65, of public owners: about as many as there are.
fn doctors(one_person: KnownTo) -> Table {
    let geographies = geographies();
    let k = SmallestCount::USUAL;
    let owners = |place: &str| (residents(place) / 1_700) as i64;
    let old = |place: &str| Drawn::of("old", place).share(owners(place), 25);
    let exactly = |place: &str| Drawn::of("exactly", place).share(old(place), 12);
    let mut columns = vec![
        column("owners", &geographies, owners),
        column("65 and over", &geographies, old).with_small_counts(k, None),
        column("under 65", &geographies, |it| owners(it) - old(it)).with_small_counts(k, None),
        column("over 65", &geographies, |it| old(it) - exactly(it)).with_small_counts(k, None),
        column("exactly 65", &geographies, exactly).with_small_counts(k, None),
    ];
    (columns[0].standing, columns[0].part) = (Standing::Public, Part::Denominator);
    columns[3].lowest = Level::Country;
    for difference in [2, 4] {
        (columns[difference].standing, columns[difference].part) = (Standing::Unpublished, Part::Complement);
    }
    columns.iter_mut().for_each(|it| it.one_person = one_person);
    let relations = vec![sum("owners", &["65 and over", "under 65"]), sum("65 and over", &["over 65", "exactly 65"])];
    Table { year: 2018, geographies, remainders: BTreeSet::new(), columns, relations }
}

#[test]
fn doctors_of_all_municipalities() {
    let (cells, pattern) = protect("doctors", &doctors(KnownTo::Nobody), Numbers::Whole);
    assert_eq!(hidden_at(&cells, &pattern, Level::Country), 0);
    assert_eq!(hidden_at(&cells, &pattern, Level::Region), 0);
}

#[test]
fn doctors_who_may_be_alone() {
    let (cells, pattern) = protect("doctors, singletons", &doctors(KnownTo::SoleContributor), Numbers::Whole);
    assert_eq!(hidden_at(&cells, &pattern, Level::Country), 0);
}

/// Staff in full-time equivalents by sixteen professions, which are published from councils up: the largest system.
#[test]
fn staff_by_profession() {
    let geographies = geographies();
    let names: Vec<String> = (0..16).map(|it| format!("profession {it:02}")).collect();
    let practices = |place: &str| (residents(place) / 3_500) as i64;
    // Nearly every practice has the first profession, one in fifty the last.
    let shares = [97, 70, 60, 50, 40, 30, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2];
    let contributors = |profession: usize, places: &BTreeSet<String>| -> u64 {
        let of = |it: &String| Drawn::of("has", &format!("{it}{profession}")).share(practices(it), shares[profession]);
        places.iter().map(|it| of(it) as u64).sum()
    };
    let rule = Rule::Amount(Percent::new(20).unwrap());
    let amount = |profession: usize, place: &str| {
        let units = contributors(profession, &BTreeSet::from([place.to_owned()])) as i64;
        units * (3_000 + Drawn::of("amount", &format!("{place}{profession}")).below(9_000) as i64)
    };
    let mut columns = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let mut part = column(name, &geographies, |place| amount(at, place));
        part.breakdown = Breakdown::Part;
        part.lowest = Level::HealthCouncil;
        let few = geographies.iter().filter(|it| (1..3).contains(&contributors(at, &it.places)));
        part.primary = few.map(|it| (it.name.clone(), rule)).collect();
        columns.push(part);
    }
    columns.push(column("staff", &geographies, |place| (0..16).map(|it| amount(it, place)).sum()));
    let parts: Vec<&str> = names.iter().map(String::as_str).collect();
    let relations = vec![sum("staff", &parts)];
    let table = Table { year: 2018, geographies, remainders: BTreeSet::new(), columns, relations };
    let (cells, pattern) = protect("staff by profession", &table, Numbers::Decimal { per: 10_000 });
    assert_eq!(hidden_at(&cells, &pattern, Level::Country), 0);
}

/// A value by form and place.
type Value<'a> = &'a dyn Fn(usize, &str) -> i64;

/// Intake of practices by ownership, as if practices had to be protected: hundreds of small cells at every level.
#[test]
fn intake_by_ownership() {
    let geographies = geographies();
    let k = SmallestCount::USUAL;
    let forms = ["owner", "region", "municipality", "licence", "delegated", "shared", "other"];
    let practices = |form: usize, place: &str| {
        let all = (residents(place) / 3_500) as i64;
        Drawn::of("form", &format!("{place}{form}")).share(all, 60 / (1 + form as i64 * 3))
    };
    let open =
        |form: usize, place: &str| Drawn::of("open", &format!("{place}{form}")).share(practices(form, place), 40);
    let kinds: [(&str, Part, Standing, Value<'_>); 3] = [
        ("open", Part::Numerator, Standing::Published, &open),
        ("closed", Part::Complement, Standing::Unpublished, &|form, place| practices(form, place) - open(form, place)),
        ("practices", Part::Denominator, Standing::Published, &practices),
    ];
    let (mut columns, mut relations) = (Vec::new(), Vec::new());
    for (kind, part, standing, value) in kinds {
        let of_form = |form: usize| format!("{kind} {}", forms[form]);
        let mut all = column(kind, &geographies, |place| (0..forms.len()).map(|it| value(it, place)).sum());
        (all.part, all.standing) = (part, standing);
        columns.push(all.with_small_counts(k, None));
        for form in 0..forms.len() {
            let mut one = column(&of_form(form), &geographies, |place| value(form, place));
            (one.part, one.standing, one.breakdown) = (part, standing, Breakdown::Part);
            columns.push(one.with_small_counts(k, None));
        }
        let parts: Vec<String> = (0..forms.len()).map(of_form).collect();
        relations.push(sum(kind, &parts.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    for form in forms {
        let (open, closed) = (format!("open {form}"), format!("closed {form}"));
        relations.push(sum(&format!("practices {form}"), &[&open, &closed]));
    }
    let table = Table { year: 2018, geographies, remainders: BTreeSet::new(), columns, relations };
    let (cells, pattern) = protect("intake by ownership", &table, Numbers::Whole);
    assert_eq!(hidden_at(&cells, &pattern, Level::Country), 0);
}
