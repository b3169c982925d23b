//! The attacker: what somebody finds out who knows every published cell and can calculate.
//!
//! It shares no code with the protection, so that an error there is found here: it has rows, arithmetic and a
//! presolve of its own, and sees nothing but facts (published cells of all versions, each a sum with its value) and
//! what is never negative. For a target it finds the smallest and the largest value that all facts allow.
//!
//! A linear program is solved in floating point, so what it says is not taken on trust where a cell is called safe:
//! its solutions are rounded to whole numbers and put into the facts, exactly. Two solutions that fit and lie far
//! enough apart prove the interval. Where none can be found, the cell counts as narrow.

mod component;
mod insider;
mod knowledge;
mod presolve;
mod program;
mod relation;
mod sightings;

use std::collections::BTreeMap;

pub use knowledge::{AttackError, Demand, Fact, Insider, Knowledge, Seen, Sum, Target, Values};
pub use relation::Term;
pub use sightings::{Sighting, Superseded, facts};

use component::{Component, Objective, Side};
use presolve::Reduced;

/// How many programs in a row may prove nothing new before targets are tried one by one.
const IDLE: u32 = 3;

/// What a target can be, both ends included, in `1/per` of the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// The smallest value that the facts allow.
    pub least: i64,
    /// The largest; `None` if nothing bounds it.
    pub most: Option<i64>,
}

impl Interval {
    /// Whether it is as wide as a rule demands.
    ///
    /// A count is safe from 0 to k - 1, since 0 says that it may be nobody, or with a width of k. An amount is safe
    /// with the width demanded, in `1/per` of the unit, and never as a point.
    pub fn meets(self, demand: Demand) -> bool {
        let Some(most) = self.most else { return true };
        let width = most.saturating_sub(self.least);
        match demand {
            Demand::Count { k } => (self.least <= 0 && most >= k - 1) || width >= k,
            Demand::Width(least) => width >= least.max(1),
        }
    }

    /// Whether it holds all of another.
    pub fn holds(self, other: Self) -> bool {
        let reaches = match (self.most, other.most) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(its)) => own >= its,
        };
        self.least <= other.least && reaches
    }
}

/// How a target was given away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exposure {
    /// The facts leave an interval narrower than its rule.
    Narrow(Interval),
    /// Whoever knows this cell, being alone in it, can calculate the target.
    Insider(String),
}

/// A target that is not safe, with the relation that gives it away.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The target's name.
    pub target: String,
    /// How.
    pub exposure: Exposure,
    /// The facts that bound it, each with its weight: the target is at most, or at least, their weighted sum.
    pub relation: Vec<Term>,
}

/// How an attack went.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Targets that are given away.
    pub findings: Vec<Finding>,
    /// Targets narrower than their rule because of what is public or was published before: nothing can widen them.
    pub beyond_help: BTreeMap<String, Interval>,
}

/// An attacker with what he knows, worked up.
#[derive(Debug)]
pub struct Attacker<'a> {
    knowledge: &'a Knowledge,
    reduced: Reduced,
    components: Vec<Component>,
    component_of: BTreeMap<usize, (usize, usize)>,
}

impl<'a> Attacker<'a> {
    /// Works up what is known: what is known exactly is put in, and the rest falls into parts that know nothing of
    /// one another.
    ///
    /// # Errors
    /// [`AttackError::Contradiction`] if facts contradict one another, [`AttackError::TooLarge`] if a sum does not fit.
    pub fn new(knowledge: &'a Knowledge) -> Result<Self, AttackError> {
        let reduced = Reduced::of(knowledge)?;
        let (components, component_of) = component::split(&reduced, knowledge);
        Ok(Self { knowledge, reduced, components, component_of })
    }

    /// The smallest and the largest value of a target.
    ///
    /// # Errors
    /// [`AttackError::Solver`] if the linear program fails, [`AttackError::Contradiction`] if nothing fits the facts.
    pub fn interval(&mut self, target: &Target) -> Result<Interval, AttackError> {
        let (fixed, objectives) = self.objectives(target)?;
        let (mut least, mut most) = (i128::from(fixed), Some(i128::from(fixed)));
        for objective in &objectives {
            let component = &mut self.components[objective.component];
            let low = component.bound(objective, Side::Least, self.knowledge)?;
            let high = component.bound(objective, Side::Most, self.knowledge)?;
            least += i128::from(low.unwrap_or(0));
            most = most.zip(high).map(|(sum, high)| sum + i128::from(high));
        }
        // A count or an amount is never negative, though the facts as such might allow it.
        let least = i64::try_from(least.max(0)).map_err(|_| AttackError::TooLarge(target.name.clone()))?;
        Ok(Interval { least, most: most.and_then(|it| i64::try_from(it).ok()) })
    }

    /// Tries every target; stops calculating for one as soon as two proven solutions are far enough apart.
    ///
    /// # Errors
    /// As [`Self::interval`].
    pub fn run(&mut self, targets: &[Target]) -> Result<Report, AttackError> {
        self.explore(targets)?;
        let mut report = Report::default();
        let known = self.knowledge.without_published();
        let mut before = None;
        for target in targets {
            let Some(interval) = self.narrow(target)? else { continue };
            let before = match &mut before {
                Some(before) => before,
                None => before.insert(Attacker::new(&known)?),
            };
            if interval.holds(before.interval(target)?) {
                report.beyond_help.insert(target.name.clone(), interval);
                continue;
            }
            let relation = self.relation(target, interval)?;
            report.findings.push(Finding {
                target: target.name.clone(),
                exposure: Exposure::Narrow(interval),
                relation,
            });
        }
        let narrow: Vec<&str> = report.findings.iter().map(|it| it.target.as_str()).collect();
        let rest = targets.iter().filter(|it| !narrow.contains(&it.name.as_str()));
        let rest: Vec<&Target> = rest.filter(|it| !report.beyond_help.contains_key(&it.name)).collect();
        for (target, insider) in insider::exposed(self.knowledge, &self.reduced, &rest)? {
            let relation = self.relation_for(insider, target)?;
            let exposure = Exposure::Insider(insider.name.clone());
            report.findings.push(Finding { target: target.name.clone(), exposure, relation });
        }
        Ok(report)
    }

    /// The interval of a target that is not proved to be wide enough.
    fn narrow(&mut self, target: &Target) -> Result<Option<Interval>, AttackError> {
        let (fixed, objectives) = self.objectives(target)?;
        for side in [Side::Most, Side::Least] {
            for objective in &objectives {
                if self.is_proved(fixed, &objectives, target.demand) {
                    return Ok(None);
                }
                self.components[objective.component].bound(objective, side, self.knowledge)?;
            }
        }
        if self.is_proved(fixed, &objectives, target.demand) {
            return Ok(None);
        }
        let outer = self.interval(target)?;
        if !outer.meets(target.demand) || self.knowledge.values != Values::Whole {
            return Ok((!outer.meets(target.demand)).then_some(outer));
        }
        // The program says wide and no whole solution shows it: look for whole solutions.
        for side in [Side::Most, Side::Least] {
            for objective in &objectives {
                self.components[objective.component].search_whole(objective, side)?;
            }
        }
        let inner = self.proved(fixed, &objectives);
        Ok(if inner.is_some_and(|it| it.meets(target.demand)) { None } else { Some(inner.unwrap_or(outer)) })
    }

    fn is_proved(&self, fixed: i64, objectives: &[Objective], demand: Demand) -> bool {
        self.proved(fixed, objectives).is_some_and(|it| it.meets(demand))
    }

    /// The interval that exact solutions prove.
    fn proved(&self, fixed: i64, objectives: &[Objective]) -> Option<Interval> {
        let mut sum = Interval { least: fixed, most: Some(fixed) };
        for objective in objectives {
            let part = self.components[objective.component].proved(objective)?;
            sum.least = sum.least.checked_add(part.least)?;
            sum.most = match sum.most.zip(part.most) {
                Some((a, b)) => Some(a.checked_add(b)?),
                None => None,
            };
        }
        Some(sum)
    }

    /// Looks for solutions that prove many targets at once: each program makes some of a component's targets large and
    /// the others small. It goes on while a program proves more than it costs.
    fn explore(&mut self, targets: &[Target]) -> Result<(), AttackError> {
        let mut open = Vec::new();
        for target in targets {
            let (fixed, objectives) = self.objectives(target)?;
            open.push((target.demand, fixed, objectives));
        }
        let mut coin: u64 = 1;
        for at in 0..self.components.len() {
            let mut idle = 0;
            while idle < IDLE {
                open.retain(|(demand, fixed, objectives)| !self.is_proved(*fixed, objectives, *demand));
                let here = || open.iter().flat_map(|it| &it.2).filter(|it| it.component == at);
                let before = here().count();
                if before < 2 {
                    break;
                }
                let mut sum: BTreeMap<usize, i64> = BTreeMap::new();
                for objective in here() {
                    coin = coin.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let sign = if coin >> 63 == 0 { 1 } else { -1 };
                    for (column, coefficient) in objective.side(Side::Most) {
                        *sum.entry(*column).or_default() += sign * coefficient.signum();
                    }
                }
                let sum: Vec<(usize, i64)> = sum.into_iter().filter(|it| it.1 != 0).collect();
                self.components[at].try_sum(&sum, self.knowledge)?;
                let now = open
                    .iter()
                    .filter(|it| it.2.iter().any(|it| it.component == at) && !self.is_proved(it.1, &it.2, it.0));
                idle = if now.count() < before { 0 } else { idle + 1 };
            }
        }
        Ok(())
    }

    /// The facts by which an insider calculates a target.
    fn relation_for(&self, insider: &Insider, target: &Target) -> Result<Vec<Term>, AttackError> {
        let mut knowledge = self.knowledge.clone();
        knowledge.facts.push(insider.as_fact());
        let mut attacker = Attacker::new(&knowledge)?;
        let interval = attacker.interval(target)?;
        attacker.relation(target, interval)
    }

    /// What of a target is known, and what of each component it asks for.
    fn objectives(&self, target: &Target) -> Result<(i64, Vec<Objective>), AttackError> {
        let too_large = || AttackError::TooLarge(target.name.clone());
        let mut fixed: i128 = 0;
        let mut wanted: BTreeMap<usize, BTreeMap<usize, Vec<i64>>> = BTreeMap::new();
        for &(unknown, coefficient) in &target.sum {
            match self.reduced.known(unknown) {
                Some(value) => fixed += i128::from(value) * i128::from(coefficient),
                None => {
                    let (component, column) = self.component_of[&unknown];
                    wanted.entry(component).or_default().entry(column).or_default().push(coefficient);
                }
            }
        }
        let objectives = wanted.into_iter().map(|(at, columns)| self.components[at].objective(at, &columns));
        Ok((i64::try_from(fixed).map_err(|_| too_large())?, objectives.collect()))
    }

    /// The facts that bound a target. A count that can be 0 needs to be larger only, so what keeps it from being
    /// smaller is not asked for.
    fn relation(&mut self, target: &Target, interval: Interval) -> Result<Vec<Term>, AttackError> {
        let (_, objectives) = self.objectives(target)?;
        let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
        let sides = if interval.least <= 0 { [Side::Most].as_slice() } else { &[Side::Least, Side::Most] };
        for &side in sides {
            let mut of_side = BTreeMap::new();
            for objective in &objectives {
                self.components[objective.component].weigh(objective, side, self.knowledge, &mut of_side)?;
            }
            self.reduced.carry_back(self.knowledge, target, side, &mut of_side);
            for (fact, weight) in of_side {
                let entry = weights.entry(fact).or_insert(weight);
                if weight.abs() > entry.abs() {
                    *entry = weight;
                }
            }
        }
        Ok(relation::terms(self.knowledge, &weights))
    }
}
