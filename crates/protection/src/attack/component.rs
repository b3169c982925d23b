//! Facts that know of one another: the smallest part of the tables for which a linear program has to be solved.

use std::collections::{BTreeMap, BTreeSet};

use super::knowledge::{AttackError, Knowledge};
use super::presolve::{Reduced, Reduction};
use super::program::{self, Answer};

/// Which end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Least,
    Most,
}

/// Whether a row is a fact or a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The sum is the value.
    Equal,
    /// The sum and the value are together at least 0.
    AtLeast,
}

/// A fact or bound over the component's columns.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) kind: Kind,
    pub(super) entries: Vec<(usize, i64)>,
    pub(super) value: i64,
    pub(super) from: BTreeMap<usize, f64>,
}

/// What is asked of a component. Unknowns that no fact tells apart are one column, and the coefficient is the one that
/// the whole column can take.
#[derive(Debug, Clone)]
pub(super) struct Objective {
    pub(super) component: usize,
    least: Vec<(usize, i64)>,
    most: Vec<(usize, i64)>,
}

impl Objective {
    pub(super) fn side(&self, side: Side) -> &[(usize, i64)] {
        match side {
            Side::Least => &self.least,
            Side::Most => &self.most,
        }
    }
}

/// What was asked: a sum over columns, and which end.
type Question = (Side, Vec<(usize, i64)>);

/// Columns, facts and bounds that hang together, and whole solutions found so far.
#[derive(Debug)]
pub(super) struct Component {
    /// How many unknowns each column stands for.
    members: Vec<usize>,
    pub(super) lines: Vec<Line>,
    solutions: BTreeSet<Vec<i64>>,
    /// Bounds found so far; `None` where there is none.
    bounds: BTreeMap<Question, Option<i64>>,
}

impl Component {
    pub(super) fn columns(&self) -> usize {
        self.members.len()
    }

    /// What a target asks of this component: per column the coefficients of those of its unknowns that it sums.
    pub(super) fn objective(&self, component: usize, columns: &BTreeMap<usize, Vec<i64>>) -> Objective {
        let end = |pick: fn(i64, i64) -> i64| {
            let of_column = |(&column, coefficients): (&usize, &Vec<i64>)| {
                let others = (coefficients.len() < self.members[column]).then_some(0);
                let all = coefficients.iter().copied().chain(others);
                (column, all.reduce(pick).unwrap_or(0))
            };
            columns.iter().map(of_column).filter(|it| it.1 != 0).collect()
        };
        Objective { component, least: end(i64::min), most: end(i64::max) }
    }

    /// The end of the interval by a linear program, rounded inwards to what can be; `None` if there is no end.
    pub(super) fn bound(
        &mut self,
        objective: &Objective,
        side: Side,
        knowledge: &Knowledge,
    ) -> Result<Option<i64>, AttackError> {
        let sum = objective.side(side);
        if sum.is_empty() {
            self.any_solution(knowledge)?;
            return Ok(Some(0));
        }
        let question = (side, sum.to_vec());
        if let Some(known) = self.bounds.get(&question) {
            return Ok(*known);
        }
        let bound = match program::solve(self, sum, side, knowledge)? {
            Answer::Unbounded => None,
            Answer::Bounded { bound, solution } => {
                self.keep(solution);
                Some(bound)
            }
        };
        self.bounds.insert(question, bound);
        Ok(bound)
    }

    /// Keeps the solution where a sum of columns is largest, if there is one.
    pub(super) fn try_sum(&mut self, sum: &[(usize, i64)], knowledge: &Knowledge) -> Result<(), AttackError> {
        if let Answer::Bounded { solution, .. } = program::solve(self, sum, Side::Most, knowledge)? {
            self.keep(solution);
        }
        Ok(())
    }

    /// Looks for a whole solution at the end of the interval.
    pub(super) fn search_whole(&mut self, objective: &Objective, side: Side) -> Result<(), AttackError> {
        if let Some(solution) = program::solve_whole(self, objective.side(side), side) {
            self.keep(solution);
        }
        Ok(())
    }

    /// The interval that whole solutions prove; `None` before there is one.
    pub(super) fn proved(&self, objective: &Objective) -> Option<super::Interval> {
        let at = |solution: &[i64], sum: &[(usize, i64)]| -> Option<i64> {
            sum.iter().try_fold(0_i64, |total, it| total.checked_add(solution[it.0].checked_mul(it.1)?))
        };
        let least = self.solutions.iter().filter_map(|it| at(it, &objective.least)).min()?;
        let most = self.solutions.iter().filter_map(|it| at(it, &objective.most)).max()?;
        let unbounded = self.bounds.get(&(Side::Most, objective.most.clone())) == Some(&None);
        Some(super::Interval { least, most: if unbounded { None } else { Some(most) } })
    }

    /// Adds the weights of the facts that bound an objective.
    pub(super) fn weigh(
        &self,
        objective: &Objective,
        side: Side,
        knowledge: &Knowledge,
        weights: &mut BTreeMap<usize, f64>,
    ) -> Result<(), AttackError> {
        for (line, dual) in self.lines.iter().zip(program::duals(self, objective.side(side), side, knowledge)?) {
            for (fact, weight) in &line.from {
                *weights.entry(*fact).or_default() += weight * dual;
            }
        }
        Ok(())
    }

    fn any_solution(&mut self, knowledge: &Knowledge) -> Result<(), AttackError> {
        if self.solutions.is_empty()
            && let Answer::Bounded { solution, .. } = program::solve(self, &[], Side::Least, knowledge)?
        {
            self.keep(solution);
        }
        Ok(())
    }

    /// Keeps a solution if it fits every fact and bound exactly.
    fn keep(&mut self, solution: Vec<i64>) {
        let fits = |line: &Line| {
            let sum: i128 = line.entries.iter().map(|it| i128::from(it.1) * i128::from(solution[it.0])).sum();
            match line.kind {
                Kind::Equal => sum == i128::from(line.value),
                Kind::AtLeast => sum + i128::from(line.value) >= 0,
            }
        };
        if solution.iter().all(|it| *it >= 0) && self.lines.iter().all(fits) {
            self.solutions.insert(solution);
        }
    }
}

/// A component, and in which of its rows an unknown is, with which coefficient.
type Signature<'a> = (usize, &'a [(usize, i64)]);

/// Takes the facts apart; and says of each unknown that is not known in which component and column it is.
pub(super) fn split(reduced: &Reduced, knowledge: &Knowledge) -> (Vec<Component>, BTreeMap<usize, (usize, usize)>) {
    let open: Vec<usize> = (0..knowledge.unknowns).filter(|it| reduced.known(*it).is_none()).collect();
    let mut parent: Vec<usize> = (0..knowledge.unknowns).collect();
    let rows = || {
        reduced.equal.iter().map(|it| (Kind::Equal, it)).chain(reduced.at_least.iter().map(|it| (Kind::AtLeast, it)))
    };
    let mut signature: Vec<Vec<(usize, i64)>> = vec![Vec::new(); knowledge.unknowns];
    for (at, (_, row)) in rows().enumerate() {
        for &(unknown, coefficient) in &row.entries {
            signature[unknown].push((at, coefficient));
            let (a, b) = (root(&mut parent, row.entries[0].0), root(&mut parent, unknown));
            parent[a.max(b)] = a.min(b);
        }
    }
    let mut components: Vec<Component> = Vec::new();
    let mut by_root: BTreeMap<usize, usize> = BTreeMap::new();
    let mut by_signature: BTreeMap<Signature<'_>, usize> = BTreeMap::new();
    let mut place: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for unknown in open {
        let component = *by_root.entry(root(&mut parent, unknown)).or_insert_with(|| {
            components.push(Component {
                members: Vec::new(),
                lines: Vec::new(),
                solutions: BTreeSet::new(),
                bounds: BTreeMap::new(),
            });
            components.len() - 1
        });
        let members = &mut components[component].members;
        let column = *by_signature.entry((component, &signature[unknown])).or_insert_with(|| {
            members.push(0);
            members.len() - 1
        });
        members[column] += 1;
        place.insert(unknown, (component, column));
    }
    for (kind, row) in rows() {
        let Some(&(component, _)) = row.entries.first().and_then(|it| place.get(&it.0)) else { continue };
        components[component].lines.push(line(kind, row, &place));
    }
    (components, place)
}

fn line(kind: Kind, row: &Reduction, place: &BTreeMap<usize, (usize, usize)>) -> Line {
    let by_column: BTreeMap<usize, i64> = row.entries.iter().map(|it| (place[&it.0].1, it.1)).collect();
    Line { kind, entries: by_column.into_iter().collect(), value: row.value, from: row.from.clone() }
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}
