//! One linked group of indicators in one year: every cell as a sum of unknown parts.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::str::FromStr;

use crate::row::{Overflow, Row};
use crate::rule::Rule;

/// A level of geography, the most useful first: what an office can least do without is hidden last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The whole country.
    Country,
    /// A region, of any version.
    Region,
    /// A postgraduate training region.
    TrainingRegion,
    /// A health council.
    HealthCouncil,
    /// A municipality.
    Municipality,
}

/// A word that names no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no level has that name")]
pub struct NotALevel;

impl Level {
    /// All levels, the most useful first.
    pub const ALL: [Self; 5] =
        [Self::Country, Self::Region, Self::TrainingRegion, Self::HealthCouncil, Self::Municipality];

    /// The word for it in published tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Region => "region",
            Self::TrainingRegion => "training_region",
            Self::HealthCouncil => "health_council",
            Self::Municipality => "municipality",
        }
    }
}

impl FromStr for Level {
    type Err = NotALevel;

    fn from_str(name: &str) -> Result<Self, NotALevel> {
        Self::ALL.into_iter().find(|level| level.name() == name).ok_or(NotALevel)
    }
}

/// Whether a cell is of everything or of a part of a breakdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breakdown {
    /// Not broken down.
    All,
    /// One value of a breakdown.
    Part,
}

/// Which number of an indicator a cell is. Denominators serve several figures, so they are hidden after numerators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// How many there are.
    Denominator,
    /// What is counted or summed.
    Numerator,
    /// How many do not have it, or the difference of two nested counts: nobody publishes it, anybody can subtract.
    Complement,
}

/// How much it would cost the readers if a cell were hidden: cells are published in this order, so the last are hidden.
///
/// The population is that of a fixed year: with the year's own, a pattern would flip when a count moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Harm {
    /// The level of the geography.
    pub level: Level,
    /// Of everything before parts.
    pub breakdown: Breakdown,
    /// Denominators before numerators.
    pub part: Part,
    /// Persons living there in the policy's reference year, larger first.
    pub population: Reverse<u64>,
}

/// Whether a cell may be hidden and is seen at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Anybody has it from elsewhere: never hidden, always known.
    Public,
    /// Published unless it has to be hidden.
    Published,
    /// Nobody publishes it (a complement, a difference, a level below the lowest): it can need protection, and hiding
    /// it protects nothing.
    Unpublished,
}

/// What earlier versions did with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum History {
    /// No version has it.
    #[default]
    New,
    /// A version published this very value: it is known for good.
    Published,
    /// A version published another value: it should stay published.
    Revised,
    /// A version hid it, so it stays hidden.
    Hidden,
}

/// Who, beside the authority, knows a cell's exact value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum KnownTo {
    /// No one.
    #[default]
    Nobody,
    /// The one person in it, who knows to be alone: what that person can subtract must give nobody else away.
    SoleContributor,
}

/// A cell as a caller gives it.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Its name, unique in the system; it breaks ties, so it has to be the same from run to run.
    pub key: String,
    /// Which unknowns it sums, by name, each with its coefficient.
    pub sum: Vec<(String, i64)>,
    /// Whether it is seen and may be hidden.
    pub standing: Standing,
    /// What hiding it would cost.
    pub harm: Harm,
    /// The rule that its interval is held to, if it is primary.
    pub primary: Option<Rule>,
    /// What earlier versions did with it.
    pub history: History,
    /// Who knows it.
    pub known_to: KnownTo,
}

/// What the unknowns are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Numbers {
    /// Persons or practices: an attacker knows that every count is whole.
    Whole,
    /// Amounts in whole `1/per` of the unit, 10,000 for a `decimal(18,4)`.
    Decimal {
        /// How many make one.
        per: u32,
    },
}

/// Cells with the same sum are one cell under several names; hidden in one, hidden in all.
#[derive(Debug, Clone, Hash)]
pub(crate) struct Joint {
    /// Its names, those that are published first.
    pub(crate) keys: Vec<(Standing, String)>,
    pub(crate) row: Row,
    pub(crate) value: i64,
    pub(crate) standing: Standing,
    pub(crate) harm: Harm,
    pub(crate) primary: Vec<Rule>,
    pub(crate) history: History,
    pub(crate) known_to: KnownTo,
}

impl Joint {
    /// The first of its names.
    pub(crate) fn key(&self) -> &str {
        self.keys.first().map_or("", |it| &it.1)
    }

    /// The place of the cell in the order in which cells are published. A zero comes early: it is no partner, since a
    /// zero total gives it away.
    pub(crate) fn rank(&self) -> (u8, Harm, &str) {
        let first = match (self.standing, self.history) {
            (Standing::Public, _) => 0,
            (_, History::Published) => 1,
            (_, History::Revised) => 2,
            _ if self.value == 0 => 3,
            _ => 4,
        };
        (first, self.harm, self.key())
    }

    /// Whether somebody publishes it.
    pub(crate) fn is_seen(&self) -> bool {
        self.is_known() || self.standing == Standing::Published
    }

    /// Whether an attacker has it whatever this version hides.
    pub(crate) fn is_known(&self) -> bool {
        self.standing == Standing::Public || self.history == History::Published
    }
}

/// One linked group of indicators in one year, checked: the same for any order in which its cells were given.
#[derive(Debug, Clone, Hash)]
pub struct System {
    pub(crate) unknowns: Vec<String>,
    pub(crate) numbers: Numbers,
    /// In the order in which they are published.
    pub(crate) cells: Vec<Joint>,
    pub(crate) by_key: BTreeMap<String, usize>,
}

/// What is wrong with a group of cells.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SystemError {
    /// A key stands twice.
    #[error("the cell {0} stands twice")]
    CellTwice(String),
    /// A cell of nothing has nothing to protect.
    #[error("the cell {0} sums nothing")]
    EmptySum(String),
    /// A cell sums what is not there.
    #[error("the cell {cell} sums {unknown}, which has no value")]
    UnknownPart {
        /// The cell's key.
        cell: String,
        /// The unknown's name.
        unknown: String,
    },
    /// Counts and amounts are not negative: a growth does not belong in a system, its two years do.
    #[error("the cell {cell} is {value}, and counts and amounts are not negative")]
    Negative {
        /// The cell's key, or the unknown's name.
        cell: String,
        /// Its value, in the unit of the system.
        value: i64,
    },
    /// A sum does not fit.
    #[error("the cell {0} is too large")]
    TooLarge(String),
    /// Decimals of nothing.
    #[error("an amount is in parts of 0")]
    NoUnit,
}

impl System {
    /// A system of unknowns with their values, in `1/per` of the unit, and of cells over them.
    ///
    /// # Errors
    /// Whatever makes the cells no system, see [`SystemError`].
    pub fn new(
        numbers: Numbers,
        values: &BTreeMap<String, i64>,
        cells: impl IntoIterator<Item = Cell>,
    ) -> Result<Self, SystemError> {
        if numbers == (Numbers::Decimal { per: 0 }) {
            return Err(SystemError::NoUnit);
        }
        if let Some((name, &value)) = values.iter().find(|it| *it.1 < 0) {
            return Err(SystemError::Negative { cell: name.clone(), value });
        }
        let index: BTreeMap<&str, u32> = values.keys().map(String::as_str).zip(0..).collect();
        let mut joint: BTreeMap<Row, Joint> = BTreeMap::new();
        for cell in cells {
            let entry = read(&cell, values, &index)?;
            match joint.get_mut(&entry.row) {
                None => {
                    joint.insert(entry.row.clone(), entry);
                }
                Some(same) => same.join(entry),
            }
        }
        let mut cells: Vec<Joint> = joint.into_values().collect();
        cells.iter_mut().for_each(|it| it.keys.sort_unstable());
        cells.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let mut by_key = BTreeMap::new();
        for (at, key) in cells.iter().enumerate().flat_map(|(at, it)| it.keys.iter().map(move |key| (at, &key.1))) {
            if by_key.insert(key.clone(), at).is_some() {
                return Err(SystemError::CellTwice(key.clone()));
            }
        }
        Ok(Self { unknowns: values.keys().cloned().collect(), numbers, cells, by_key })
    }

    /// How many unknowns and how many different cells it has.
    pub fn size(&self) -> (usize, usize) {
        (self.unknowns.len(), self.cells.len())
    }

    /// The value of a cell, in `1/per` of the unit.
    pub fn value(&self, key: &str) -> Option<i64> {
        Some(self.cells[*self.by_key.get(key)?].value)
    }

    /// The keys of the cells that tell of a few persons and are sums which anybody has: nothing can hide them. Of an amount a
    /// policy may say that its denominator is public, which is another's numerator.
    pub fn open_to_all(&self) -> impl Iterator<Item = &str> {
        let counts = |it: &Joint| it.primary.iter().any(|rule| matches!(rule, Rule::Count(_)));
        let is_open = move |it: &&Joint| it.standing == Standing::Public && counts(it);
        self.cells.iter().filter(is_open).flat_map(|it| {
            it.keys.iter().filter(|(standing, _)| *standing != Standing::Public).map(|key| key.1.as_str())
        })
    }

    /// The keys of the cells that a rule protects.
    pub fn primary(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().filter(|it| !it.primary.is_empty()).flat_map(|it| it.keys.iter().map(|key| key.1.as_str()))
    }
}

fn read(cell: &Cell, values: &BTreeMap<String, i64>, index: &BTreeMap<&str, u32>) -> Result<Joint, SystemError> {
    let too_large = || SystemError::TooLarge(cell.key.clone());
    let mut entries = Vec::with_capacity(cell.sum.len());
    let mut value: i64 = 0;
    for (unknown, coefficient) in &cell.sum {
        let (Some(&column), Some(&part)) = (index.get(unknown.as_str()), values.get(unknown)) else {
            return Err(SystemError::UnknownPart { cell: cell.key.clone(), unknown: unknown.clone() });
        };
        entries.push((column, i128::from(*coefficient)));
        value = coefficient.checked_mul(part).and_then(|it| value.checked_add(it)).ok_or_else(too_large)?;
    }
    let row = Row::new(entries).map_err(|Overflow| too_large())?;
    if row.is_zero() {
        return Err(SystemError::EmptySum(cell.key.clone()));
    }
    if value < 0 {
        return Err(SystemError::Negative { cell: cell.key.clone(), value });
    }
    Ok(Joint {
        keys: vec![(cell.standing, cell.key.clone())],
        row,
        value,
        standing: cell.standing,
        harm: cell.harm,
        primary: cell.primary.into_iter().collect(),
        history: cell.history,
        known_to: cell.known_to,
    })
}

impl Joint {
    /// Takes in a cell with the same sum: it is as known as the best known, and as protected as the most protected.
    fn join(&mut self, other: Self) {
        self.keys.extend(other.keys);
        self.standing = self.standing.min(other.standing);
        self.harm = self.harm.min(other.harm);
        self.history = joined(self.history, other.history);
        self.known_to = self.known_to.max(other.known_to);
        self.primary.extend(other.primary);
        self.primary.sort_unstable();
        self.primary.dedup();
    }
}

/// The history of a cell that had two names: what one name published is known, though the other was hidden.
fn joined(a: History, b: History) -> History {
    let by_weight = [History::Published, History::Hidden, History::Revised, History::New];
    by_weight.into_iter().find(|it| *it == a || *it == b).unwrap_or_default()
}
