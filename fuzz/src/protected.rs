//! Random systems of cells: what holds of every one that is protected.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};
use maaltal_protection::attack::{Attacker, Finding, Seen};
use maaltal_protection::{
    Breakdown, Cell, Harm, History, KnownTo, Level, Numbers, Part, Percent, ProtectError, Rounds, Rule, SmallestCount,
    Standing, System,
};

/// A system as it is given.
#[derive(Debug, Clone)]
pub struct Given {
    numbers: Numbers,
    values: BTreeMap<String, i64>,
    cells: Vec<Cell>,
    /// Cells have a past: what was published before is not taken back, so that not every wish can be met.
    has_past: bool,
}

impl Given {
    /// The system that the bytes of a fuzzer draw: any sums over a few unknowns.
    pub fn drawn(from: &mut Unstructured<'_>) -> Result<Self> {
        let numbers = if from.ratio(1, 4)? { Numbers::Decimal { per: 10_000 } } else { Numbers::Whole };
        let k = SmallestCount::new(from.int_in_range(3..=5)?).expect("3 to 5 are smallest counts");
        let has_past = from.ratio(1, 3)?;
        let unknowns: usize = from.int_in_range(1..=7)?;
        let mut values = BTreeMap::new();
        for at in 0..unknowns {
            let count: i64 = if from.ratio(1, 5)? { from.int_in_range(0..=60)? } else { from.int_in_range(0..=7)? };
            let value = match numbers {
                Numbers::Whole => count,
                Numbers::Decimal { .. } if count == 0 => 0,
                Numbers::Decimal { .. } => count * 10_000 + from.int_in_range(0..=9_999)?,
            };
            values.insert(format!("u{at}"), value);
        }
        let mut cells = Vec::new();
        for at in 0..from.int_in_range(1..=14)? {
            let parts: u8 = from.int_in_range(1..=((1_u16 << unknowns) - 1) as u8)?;
            let sum: Vec<(String, i64)> =
                (0..unknowns).filter(|it| parts & (1 << it) != 0).map(|it| (format!("u{it}"), 1)).collect();
            let value: i64 = sum.iter().map(|(unknown, _)| values[unknown]).sum();
            let standing = match from.int_in_range(0..=5)? {
                0 => Standing::Public,
                1 => Standing::Unpublished,
                _ => Standing::Published,
            };
            let rule = match numbers {
                Numbers::Whole => Rule::Count(k),
                Numbers::Decimal { .. } => Rule::Amount(Percent::new(20).expect("20 is a percentage")),
            };
            let is_small = match numbers {
                Numbers::Whole => k.is_small(value),
                Numbers::Decimal { .. } => value > 0 && from.ratio(1, 3)?,
            };
            let primary = (is_small && standing != Standing::Public).then_some(rule);
            let history = match from.int_in_range(0..=3)? {
                _ if !has_past || standing != Standing::Published => History::New,
                0 => History::Published,
                1 => History::Revised,
                2 => History::Hidden,
                _ => History::New,
            };
            let is_alone = numbers == Numbers::Whole && value == 1 && primary.is_some() && from.ratio(1, 4)?;
            let harm = Harm {
                level: *from.choose(&Level::ALL)?,
                breakdown: if from.arbitrary()? { Breakdown::All } else { Breakdown::Part },
                part: *from.choose(&[Part::Denominator, Part::Numerator, Part::Complement])?,
                population: Reverse(u64::from(from.arbitrary::<u8>()?)),
            };
            let known_to = if is_alone { KnownTo::SoleContributor } else { KnownTo::Nobody };
            cells.push(Cell { key: format!("c{at}"), sum, standing, harm, primary, history, known_to });
        }
        Ok(Self { numbers, values, cells, has_past })
    }

    fn system(&self) -> System {
        System::new(self.numbers, &self.values, self.cells.iter().cloned()).expect("the cells are a system")
    }

    fn value(&self, cell: &Cell) -> i64 {
        cell.sum.iter().map(|(unknown, coefficient)| self.values[unknown] * coefficient).sum()
    }

    /// Holds the protection of the system to what it promises.
    pub fn hold(&self) {
        let system = self.system();
        let pattern = match system.protect(Rounds::default()) {
            Ok(pattern) => pattern,
            // An earlier version may leave nothing to hide, and so may what is public: that a count is whole can tell it
            // where its bounds do not. Then the system is refused, which is safe.
            Err(ProtectError::TooNarrow { findings, .. }) if self.has_past || findings.iter().any(has_no_partner) => {
                return;
            }
            Err(error) => panic!("{error}: {error:?}\n{self:#?}"),
        };
        // The attacker passes.
        let knowledge = system.knowledge_of(pattern.published.iter().map(String::as_str));
        let report = Attacker::new(&knowledge).expect("what is published is no contradiction").run(&system.targets());
        let report = report.expect("the attack gives an answer");
        assert!(report.findings.is_empty(), "{:#?}\n{pattern:#?}\n{self:#?}", report.findings);
        // No published value is changed, and nothing is both published and hidden.
        for fact in &knowledge.facts {
            let cell = self.cells.iter().find(|it| it.key == fact.name).expect("a fact is a cell");
            assert_eq!(fact.value, self.value(cell), "{}", fact.name);
            let is_hidden = pattern.hidden.contains_key(&fact.name);
            assert!(self.has_past || !is_hidden, "{} is hidden and known\n{pattern:#?}\n{self:#?}", fact.name);
        }
        for cell in &self.cells {
            let is_published = pattern.published.contains(&cell.key);
            let is_decided = is_published ^ pattern.hidden.contains_key(&cell.key);
            let is_unseen = cell.standing == Standing::Unpublished || self.has_past;
            assert!(is_decided || is_unseen, "{} is neither\n{pattern:#?}\n{self:#?}", cell.key);
            let is_protected = cell.primary.is_some() && cell.standing == Standing::Published && !self.has_past;
            let is_known = self.cells.iter().any(|it| it.standing == Standing::Public && it.sum == cell.sum);
            assert!(!is_protected || !is_published || is_known, "{} is primary\n{pattern:#?}\n{self:#?}", cell.key);
        }
        // The order of the cells does not matter.
        let mut other = self.clone();
        other.cells.reverse();
        let reversed = other.system().protect(Rounds::default()).expect("in one order it is protected");
        assert_eq!(reversed, pattern, "{self:#?}");
        // Running twice hides nothing more.
        if self.has_past {
            return;
        }
        let mut later = self.clone();
        for cell in later.cells.iter_mut().filter(|it| it.standing == Standing::Published) {
            cell.history = if pattern.published.contains(&cell.key) { History::Published } else { History::Hidden };
        }
        let again = later.system().protect(Rounds::default()).expect("what was protected is so again");
        let hidden = |of: &maaltal_protection::Pattern| of.hidden.keys().cloned().collect::<Vec<_>>();
        assert_eq!(hidden(&again), hidden(&pattern), "{self:#?}");
    }
}

/// Whether no cell that is published now gives the target away.
fn has_no_partner(finding: &Finding) -> bool {
    finding.relation.iter().all(|term| term.seen != Seen::Now)
}
