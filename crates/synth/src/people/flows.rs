//! What happens to the people of a birth year and sex in a year, as counts: who dies, leaves, moves
//! and comes, so that every municipality has exactly its people on the next 1 January. The rates are
//! invented; where they would miss the next count, immigration, emigration and moves make it up, and
//! among the old the deaths.

use crate::apportion::interpolate;

use super::census::Area;
use super::hash::{About, below, hash};

/// Deaths a year per 100,000 by age: invented after the shape of the life table.
const DEATHS: [(i64, i64); 9] =
    [(0, 30), (30, 45), (40, 90), (50, 260), (60, 700), (70, 1_800), (80, 5_300), (90, 16_500), (105, 48_000)];
/// Of 100,000 newborns, deaths in the year of birth: invented.
const INFANT_DEATHS: u64 = 280;
/// From here on the deaths make the counts meet.
const OLD: i64 = 60;
/// Emigrations a year per 100,000 by age: invented around the 50,000 or so a year that leave.
const EMIGRATIONS: [(i64, i64); 8] =
    [(0, 500), (17, 500), (20, 1_500), (25, 2_300), (35, 1_200), (50, 350), (65, 80), (80, 10)];
/// Moves a year per 100,000 that another's move in the opposite direction makes up: invented.
const MOVES: [(i64, i64); 8] =
    [(0, 4_500), (10, 3_000), (18, 6_000), (22, 15_000), (30, 9_500), (40, 4_500), (60, 2_200), (80, 2_000)];
/// The ways to move among those who make each other up; the last leads anywhere.
const WAYS: u64 = 8;

/// A municipality's part in a year of a birth year and sex. Its people are numbered: in the order of
/// the year the first die, the next leave, then move; on the next 1 January come first those who
/// stayed, then who came into the gaps, then who came in exchange.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cell {
    pub(crate) people: u32,
    dying: u32,
    leaving: u32,
    moving: u32,
    exchanging: u32,
    /// How many move in the areas before.
    first_moving: u32,
    first_exchanging: u32,
    /// How many gaps there are in the areas before.
    first_gap: u32,
}

impl Cell {
    fn staying(self) -> u32 {
        self.people - self.dying - self.leaving - self.moving - self.exchanging
    }
}

/// A year of a birth year and sex.
#[derive(Debug)]
pub(crate) struct Flows {
    cells: Vec<Cell>,
    moving: u64,
    gaps: u64,
    exchanging: u64,
    hash: u64,
}

/// What the year brings somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Dies,
    Leaves,
    /// Is in the area on the next 1 January, with the number among its people.
    Lives {
        area: usize,
        index: u64,
    },
}

impl Flows {
    /// The year of those who were born in an earlier one.
    pub(crate) fn of(areas: &[Area], born: i16, sex: usize, year: i16, seed: u64) -> Self {
        let hash = hash(seed, About::Flows, born as u64 * 2 + sex as u64, year as u64);
        let age = i64::from(year - born);
        let now: Vec<u32> = areas.iter().map(|area| area.people(born, sex, year)).collect();
        let next: Vec<u32> = areas.iter().map(|area| area.people(born, sex, year + 1)).collect();

        let leaving = rate(&now, &EMIGRATIONS, age);
        let usual = rate(&now, &DEATHS, age) * if sex == 0 { 118 } else { 84 } / 100;
        let missing = sum(&now).saturating_sub(leaving + sum(&next));
        let dying = if age < OLD { usual } else { missing.max(usual / 3) };
        let dying = share(&now, dying, hash);
        let alive = less(&now, &dying);
        let mut leaving = share(&alive, leaving, hash);
        let here = less(&alive, &leaving);

        let surplus = less(&here, &next);
        let gaps = less(&next, &here);
        let forced = share(&surplus, sum(&surplus).saturating_sub(sum(&gaps)), hash);
        let moving = less(&surplus, &forced);
        for (leaving, forced) in leaving.iter_mut().zip(&forced) {
            *leaving += forced;
        }
        let staying = less(&here, &surplus);
        let exchanging = share(&staying, rate(&staying, &MOVES, age), hash);

        let mut flows = Self { cells: Vec::new(), moving: 0, gaps: 0, exchanging: 0, hash };
        for area in 0..areas.len() {
            flows.cells.push(Cell {
                people: now[area],
                dying: dying[area],
                leaving: leaving[area],
                moving: moving[area],
                exchanging: exchanging[area],
                first_moving: flows.moving as u32,
                first_exchanging: flows.exchanging as u32,
                first_gap: flows.gaps as u32,
            });
            flows.moving += u64::from(moving[area]);
            flows.exchanging += u64::from(exchanging[area]);
            flows.gaps += u64::from(gaps[area]);
        }
        flows
    }

    /// The year of birth.
    pub(crate) fn of_birth(areas: &[Area], born: i16, sex: usize, seed: u64) -> Self {
        let hash = hash(seed, About::Flows, born as u64 * 2 + sex as u64, born as u64);
        let next: Vec<u32> = areas.iter().map(|area| area.people(born, sex, born + 1)).collect();
        let dying = share(&next, sum(&next) * INFANT_DEATHS / 100_000, hash);
        let cells = next.iter().zip(&dying);
        let cells =
            cells.map(|(next, dying)| Cell { people: next + dying, dying: *dying, ..Cell::default() }).collect();
        Self { cells, moving: 0, gaps: 0, exchanging: 0, hash }
    }

    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    pub(crate) fn arriving(&self) -> u64 {
        self.gaps - self.moving
    }

    /// Where one of the immigrants is on the next 1 January. They and those who move share the gaps
    /// evenly along the order of the areas.
    pub(crate) fn arrival(&self, index: u64) -> (usize, u64) {
        self.gap_filled(index * self.gaps / self.arriving().max(1))
    }

    /// What the year brings the person with the place in the order of the area's people.
    pub(crate) fn fate(&self, area: usize, order: u64) -> Fate {
        let cell = &self.cells[area];
        let mut rest = order;
        let mut passes = |count: u32| {
            let is_past = rest >= u64::from(count);
            rest -= if is_past { u64::from(count) } else { 0 };
            is_past
        };
        if !passes(cell.dying) {
            return Fate::Dies;
        }
        if !passes(cell.leaving) {
            return Fate::Leaves;
        }
        let (area, index) = if !passes(cell.moving) {
            let mover = u64::from(cell.first_moving) + rest;
            self.gap_filled(((mover + 1) * self.gaps).div_ceil(self.moving) - 1)
        } else if !passes(cell.exchanging) {
            self.exchanged(u64::from(cell.first_exchanging) + rest)
        } else {
            (area, rest)
        };
        Fate::Lives { area, index }
    }

    fn gap_filled(&self, gap: u64) -> (usize, u64) {
        let area = self.cells.partition_point(|cell| u64::from(cell.first_gap) <= gap).saturating_sub(1);
        let cell = &self.cells[area];
        (area, u64::from(cell.staying()) + gap - u64::from(cell.first_gap))
    }

    /// Everybody takes the place of somebody else further along, mostly not far away.
    fn exchanged(&self, place: u64) -> (usize, u64) {
        let way = place % WAYS;
        let people = (self.exchanging + WAYS - 1 - way) / WAYS;
        let chance = hash(self.hash, About::Neighbours, way, 0);
        let far = if way + 1 == WAYS { people } else { people / 14 + 1 };
        let ahead = below(chance, far) + 1;
        let ahead = if way.is_multiple_of(2) { ahead } else { people - ahead.min(people) };
        let taken = (place / WAYS + ahead) % people * WAYS + way;
        let area = self.cells.partition_point(|cell| u64::from(cell.first_exchanging) <= taken).saturating_sub(1);
        let cell = &self.cells[area];
        let gaps = self.cells.get(area + 1).map_or(self.gaps, |next| u64::from(next.first_gap));
        let before = u64::from(cell.staying()) + gaps - u64::from(cell.first_gap);
        (area, before + taken - u64::from(cell.first_exchanging))
    }
}

fn sum(counts: &[u32]) -> u64 {
    counts.iter().copied().map(u64::from).sum()
}

fn less(counts: &[u32], taken: &[u32]) -> Vec<u32> {
    counts.iter().zip(taken).map(|(count, taken)| count.saturating_sub(*taken)).collect()
}

fn rate(counts: &[u32], per_100_000: &[(i64, i64)], age: i64) -> u64 {
    (sum(counts) * interpolate(per_100_000, age) + 50_000) / 100_000
}

/// Splits the total in proportion to the counts, rounding along the list: no part is larger than
/// its count if the total is not larger than their sum.
fn share(counts: &[u32], total: u64, hash: u64) -> Vec<u32> {
    let all = sum(counts);
    let total = total.min(all);
    let start = below(hash, all);
    let mut before = 0;
    let up_to = |count: u64| (count * total + start).checked_div(all).unwrap_or(0);
    counts
        .iter()
        .map(|count| {
            let after = before + u64::from(*count);
            let part = up_to(after) - up_to(before);
            before = after;
            part as u32
        })
        .collect()
}
