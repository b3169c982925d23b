//! Protection of a system: elimination, attack, repair, until the attacker finds nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::attack::{
    AttackError, Attacker, Demand, Fact, Finding, Insider, Interval, Knowledge, Seen, Sum, Target, Values,
};
use crate::eliminate;
use crate::row::Overflow;
use crate::rule::Rule;
use crate::system::{History, Joint, KnownTo, Numbers, Standing, System};

/// How often a system may be repaired. A system that needs more has too many small cells: publish a higher level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rounds(u32);

impl Rounds {
    /// So many rounds, at least one.
    pub fn at_most(rounds: u32) -> Self {
        Self(rounds.max(1))
    }
}

impl Default for Rounds {
    /// 40: twelve years of real tables needed 19 at most.
    fn default() -> Self {
        Self(40)
    }
}

/// Why a cell is hidden. It stays inside: published, it would tell an attacker that a cell is 1 to k - 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A rule asks for it.
    Primary,
    /// An earlier version hid it.
    HiddenBefore,
    /// A protected cell would follow from it.
    Secondary,
    /// It bound the interval of a protected cell too closely.
    Repair,
}

/// What becomes of every cell of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Cells that somebody would publish and that are hidden, with the reason.
    pub hidden: BTreeMap<String, Reason>,
    /// Cells that are published.
    pub published: BTreeSet<String>,
    /// Protected cells that an earlier version published: nothing can take them back.
    pub known_before: BTreeSet<String>,
    /// Protected cells whose interval is narrower than the rule by what is public or was published before.
    pub beyond_help: BTreeMap<String, Interval>,
    /// How often it was repaired.
    pub rounds: u32,
}

/// Why a system can't be protected.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ProtectError {
    /// A number did not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// The attack gave no answer.
    #[error(transparent)]
    Attack(#[from] AttackError),
    /// Cells stay too narrow after all rounds, or nothing is left to hide for them.
    #[error("{} cells are still too narrow after {rounds} rounds: publish a higher level", findings.len())]
    TooNarrow {
        /// How often it was repaired.
        rounds: u32,
        /// What the attacker still finds.
        findings: Vec<Finding>,
    },
}

impl System {
    /// Hides as little as it can so that every interval is as wide as its rule asks for.
    ///
    /// # Errors
    /// [`ProtectError::TooNarrow`] where hiding does not help; the others where the calculation can't go on.
    pub fn protect(&self, rounds: Rounds) -> Result<Pattern, ProtectError> {
        let primary: BTreeSet<usize> = self.places(|it| !it.primary.is_empty());
        let before: BTreeSet<usize> =
            self.places(|it| it.history == History::Hidden && it.standing != Standing::Public);
        let mut repaired = BTreeSet::new();
        for round in 1..=rounds.0 {
            let protected: BTreeSet<usize> = [&primary, &before, &repaired].into_iter().flatten().copied().collect();
            let secondary = eliminate::suppress(self, &protected)?;
            let hidden = |at: usize| protected.contains(&at) || secondary.contains(&at);
            let published: BTreeSet<usize> = (0..self.cells.len()).filter(|&it| !hidden(it)).collect();
            let knowledge = self.knowledge(&published);
            let report = Attacker::new(&knowledge)?.run(&self.targets())?;
            if report.findings.is_empty() {
                let beyond_help = &report.beyond_help;
                let reason = |at: usize| match at {
                    _ if primary.contains(&at) => Reason::Primary,
                    _ if before.contains(&at) => Reason::HiddenBefore,
                    _ if repaired.contains(&at) => Reason::Repair,
                    _ => Reason::Secondary,
                };
                return Ok(self.pattern(reason, hidden, beyond_help, round - 1));
            }
            let more = self.partners(&report.findings, &protected, &published);
            if more.is_empty() || round == rounds.0 {
                return Err(ProtectError::TooNarrow { rounds: round, findings: report.findings });
            }
            repaired.extend(more);
        }
        Err(ProtectError::TooNarrow { rounds: rounds.0, findings: Vec::new() })
    }

    /// What an attacker knows who sees these cells, and whatever is public or was published before.
    pub fn knowledge_of<'a>(&self, published: impl IntoIterator<Item = &'a str>) -> Knowledge {
        let places = published.into_iter().filter_map(|it| self.by_key.get(it)).copied().collect();
        self.knowledge(&places)
    }

    /// The cells that an attacker is after, each with the width that its rule asks for. A cell that an earlier version
    /// published is none: it is known.
    pub fn targets(&self) -> Vec<Target> {
        let open = self.cells.iter().filter(|it| !it.is_known());
        open.flat_map(|cell| cell.primary.iter().map(|rule| self.target(cell, *rule))).collect()
    }

    fn places(&self, of: impl Fn(&Joint) -> bool) -> BTreeSet<usize> {
        self.cells.iter().enumerate().filter(|it| of(it.1)).map(|it| it.0).collect()
    }

    fn target(&self, cell: &Joint, rule: Rule) -> Target {
        let per = match self.numbers {
            Numbers::Whole => 1,
            Numbers::Decimal { per } => i64::from(per),
        };
        let demand = match rule {
            Rule::Count(k) => Demand::Count { k: k.get().saturating_mul(per) },
            // Rounded up: an interval a little narrower than asked for is too narrow.
            Rule::Amount(percent) => {
                let width = (i128::from(cell.value) * i128::from(percent.get())).div_euclid(100) + 1;
                Demand::Width(i64::try_from(width).unwrap_or(i64::MAX))
            }
        };
        Target { name: cell.key().to_owned(), sum: sum_of(cell), demand }
    }

    fn knowledge(&self, published: &BTreeSet<usize>) -> Knowledge {
        let seen = |at: usize, it: &Joint| match (it.standing, it.history) {
            (Standing::Public, _) => Some(Seen::Public),
            (_, History::Published) => Some(Seen::Earlier),
            _ => (it.is_seen() && published.contains(&at)).then_some(Seen::Now),
        };
        let cells = || self.cells.iter().enumerate();
        let facts = cells().filter_map(|(at, it)| {
            Some(Fact { name: it.key().to_owned(), sum: sum_of(it), value: it.value, seen: seen(at, it)? })
        });
        let differences = cells().filter(|it| it.1.row.entries().iter().any(|entry| entry.1 < 0));
        let alone = cells().filter(|it| it.1.known_to == KnownTo::SoleContributor);
        Knowledge {
            unknowns: self.unknowns.len(),
            values: match self.numbers {
                Numbers::Whole => Values::Whole,
                Numbers::Decimal { per } => Values::Decimal { per },
            },
            facts: facts.collect(),
            never_negative: differences.map(|it| sum_of(it.1)).collect(),
            insiders: alone.map(|it| insider(it.1)).collect(),
        }
    }

    /// For every finding the least useful cell of the relation that gives it away.
    fn partners(
        &self,
        findings: &[Finding],
        protected: &BTreeSet<usize>,
        published: &BTreeSet<usize>,
    ) -> BTreeSet<usize> {
        let may = |at: &usize| {
            let cell = &self.cells[*at];
            !cell.is_known()
                && cell.standing == Standing::Published
                && !protected.contains(at)
                && published.contains(at)
        };
        let mut partners = BTreeSet::new();
        for finding in findings {
            let terms = finding.relation.iter().filter_map(|it| self.by_key.get(&it.fact).copied());
            // Cells stand in the order in which they are published: the last is the least useful.
            partners.extend(terms.filter(may).max());
        }
        partners
    }

    fn pattern(
        &self,
        reason: impl Fn(usize) -> Reason,
        hidden: impl Fn(usize) -> bool,
        beyond_help: &BTreeMap<String, Interval>,
        rounds: u32,
    ) -> Pattern {
        let mut pattern = Pattern {
            hidden: BTreeMap::new(),
            published: BTreeSet::new(),
            known_before: BTreeSet::new(),
            beyond_help: BTreeMap::new(),
            rounds,
        };
        for (at, cell) in self.cells.iter().enumerate() {
            let narrow = beyond_help.get(cell.key());
            for (standing, key) in &cell.keys {
                pattern.beyond_help.extend(narrow.map(|it| (key.clone(), *it)));
                match standing {
                    Standing::Unpublished => {}
                    Standing::Published if hidden(at) && cell.standing != Standing::Public => {
                        pattern.hidden.insert(key.clone(), reason(at));
                    }
                    Standing::Published | Standing::Public => {
                        pattern.published.insert(key.clone());
                    }
                }
                if !cell.primary.is_empty() && cell.history == History::Published {
                    pattern.known_before.insert(key.clone());
                }
            }
        }
        pattern
    }
}

fn insider(cell: &Joint) -> Insider {
    Insider { name: cell.key().to_owned(), sum: sum_of(cell), value: cell.value }
}

fn sum_of(cell: &Joint) -> Sum {
    // Coefficients come from whole numbers of 64 bits, and sums of them were checked by the value.
    cell.row.entries().iter().map(|it| (it.0 as usize, i64::try_from(it.1).unwrap_or(i64::MAX))).collect()
}
