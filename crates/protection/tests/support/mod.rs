//! What tests share: systems as they are given, and a judge of patterns that enumerates all solutions.

#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses a part of it, and tests may panic")]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use maaltal_protection::attack::Attacker;
use maaltal_protection::{Breakdown, Cell, Harm, Level, Numbers, Part, Pattern, Rule, Standing, System};

/// A system as it is given.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) numbers: Numbers,
    pub(crate) values: BTreeMap<String, i64>,
    pub(crate) cells: Vec<Cell>,
}

impl Given {
    pub(crate) fn system(&self) -> System {
        System::new(self.numbers, &self.values, self.cells.iter().cloned()).unwrap()
    }

    pub(crate) fn value(&self, cell: &Cell) -> i64 {
        cell.sum.iter().map(|(unknown, coefficient)| self.values[unknown] * coefficient).sum()
    }
}

/// The harm of a cell that sums so many of all unknowns.
pub(crate) fn harm(parts: usize, all: usize, part: Part, population: u64) -> Harm {
    let level = match parts {
        1 => Level::Municipality,
        it if it == all => Level::Country,
        _ => Level::Region,
    };
    Harm { level, breakdown: Breakdown::All, part, population: Reverse(population) }
}

/// The attacker finds nothing in what a pattern publishes.
pub(crate) fn assert_safe(given: &Given, pattern: &Pattern) {
    let system = given.system();
    let knowledge = system.knowledge_of(pattern.published.iter().map(String::as_str));
    let report = Attacker::new(&knowledge).unwrap().run(&system.targets()).unwrap();
    assert!(report.findings.is_empty(), "{:#?}\n{pattern:#?}", report.findings);
    // Every cell that somebody would publish is either published or hidden.
    let seen: BTreeSet<&String> =
        given.cells.iter().filter(|it| it.standing != Standing::Unpublished).map(|it| &it.key).collect();
    let decided: BTreeSet<&String> = pattern.published.iter().chain(pattern.hidden.keys()).collect();
    assert_eq!(seen, decided);
}

/// What enumeration finds of the targets of a pattern, or how far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enumerated {
    /// Every whole solution was seen.
    All,
    /// There were too many.
    TooMany,
}

/// Holds a pattern against every whole solution of what it publishes: no linear program, no elimination.
pub(crate) fn enumerate(given: &Given, pattern: &Pattern) -> Enumerated {
    let unknowns: Vec<&String> = given.values.keys().collect();
    let at = |name: &String| unknowns.binary_search(&name).unwrap();
    let row = |cell: &Cell| {
        let mut row = vec![0_i64; unknowns.len()];
        cell.sum.iter().for_each(|(unknown, coefficient)| row[at(unknown)] += coefficient);
        row
    };
    let published =
        given.cells.iter().filter(|it| pattern.published.contains(&it.key) || it.standing == Standing::Public);
    let facts: Vec<(Vec<i64>, i64)> = published.map(|it| (row(it), given.value(it))).collect();
    let counts: Vec<Vec<i64>> = given.cells.iter().map(&row).filter(|it| it.iter().any(|c| *c < 0)).collect();
    // What nothing bounds from above can be anything, so that what sums it is safe.
    let bounding = |unknown: usize| facts.iter().filter(move |it| it.0[unknown] > 0 && it.0.iter().all(|c| *c >= 0));
    let most: Vec<Option<i64>> = (0..unknowns.len()).map(|it| bounding(it).map(|f| f.1 / f.0[it]).min()).collect();
    let mut search = Search {
        facts: &facts,
        counts: &counts,
        most: &most,
        solution: vec![0; unknowns.len()],
        found: Vec::new(),
        nodes: 0,
    };
    if !search.from(0) {
        return Enumerated::TooMany;
    }
    assert!(!search.found.is_empty(), "the truth itself is a solution");
    for cell in &given.cells {
        let (Some(Rule::Count(k)), row) = (cell.primary, row(cell)) else { continue };
        if pattern.known_before.contains(&cell.key)
            || pattern.beyond_help.contains_key(&cell.key)
            || cell.standing == Standing::Public
        {
            continue;
        }
        if row.iter().zip(&most).any(|(c, most)| *c > 0 && most.is_none()) {
            continue;
        }
        let value = |it: &Vec<i64>| it.iter().zip(&row).map(|(a, b)| a * b).sum::<i64>();
        let (least, most) =
            (search.found.iter().map(value).min().unwrap(), search.found.iter().map(value).max().unwrap());
        let safe = (least <= 0 && most >= k.get() - 1) || most - least >= k.get();
        assert!(safe, "{} is in [{least}, {most}]\n{pattern:#?}", cell.key);
    }
    Enumerated::All
}

/// A search through all whole solutions.
struct Search<'a> {
    facts: &'a [(Vec<i64>, i64)],
    counts: &'a [Vec<i64>],
    most: &'a [Option<i64>],
    solution: Vec<i64>,
    found: Vec<Vec<i64>>,
    nodes: u32,
}

impl Search<'_> {
    /// Tries all values from an unknown on; whether it came to the end.
    fn from(&mut self, at: usize) -> bool {
        self.nodes += 1;
        if self.nodes > 20_000 || self.found.len() > 5_000 {
            return false;
        }
        if at == self.solution.len() {
            let value = |row: &[i64]| row.iter().zip(&self.solution).map(|(a, b)| a * b).sum::<i64>();
            if self.facts.iter().all(|it| value(&it.0) == it.1) && self.counts.iter().all(|it| value(it) >= 0) {
                self.found.push(self.solution.clone());
            }
            return true;
        }
        // Without a bound one value stands for all: targets that sum such an unknown are not looked at.
        let last = self.most[at].unwrap_or(12);
        for value in 0..=last {
            self.solution[at] = value;
            let partial = |row: &[i64]| row[..=at].iter().zip(&self.solution).map(|(a, b)| a * b).sum::<i64>();
            let done = |row: &[i64]| row[at + 1..].iter().all(|it| *it == 0);
            let fits = self.facts.iter().filter(|it| it.0.iter().all(|c| *c >= 0)).all(|(row, total)| {
                let sum = partial(row);
                sum == *total || (sum < *total && !done(row))
            });
            if fits && !self.from(at + 1) {
                return false;
            }
        }
        self.solution[at] = 0;
        true
    }
}

/// Numbers that look random and are the same every time.
#[derive(Debug, Clone)]
pub(crate) struct Drawn(u64);

impl Drawn {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn of(what: &str, which: &str) -> Self {
        Self(
            what.bytes()
                .chain(which.bytes())
                .fold(7, |sum: u64, it| sum.wrapping_mul(1_099_511_628_211) ^ u64::from(it)),
        )
    }

    /// A number below a limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 ^ (self.0 >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) % limit
    }

    /// How many of `all` have something that so many of a hundred have.
    pub(crate) fn share(&mut self, all: i64, percent: i64) -> i64 {
        (0..all).filter(|_| (self.below(100) as i64) < percent).count() as i64
    }
}
