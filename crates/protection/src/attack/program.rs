//! The linear programs of a component, solved with `microlp`.

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolveOptions, Variable};

use super::component::{Component, Kind, Line, Side};
use super::knowledge::{AttackError, Knowledge, Values};

/// How far from a whole number a solution's value may be, in `1/per` of the unit for each unit of size.
const TOLERANCE: f64 = 1e-6;

/// How many nodes a search for whole solutions may open. Beyond it the cell counts as narrow.
const NODES: u64 = 2_000;

/// What a linear program says.
#[derive(Debug)]
pub(super) enum Answer {
    /// No end.
    Unbounded,
    /// The end, rounded inwards, and a solution there, rounded to the nearest.
    Bounded { bound: i64, solution: Vec<i64> },
}

/// The smallest or largest value of a sum of columns.
pub(super) fn solve(
    component: &Component,
    sum: &[(usize, i64)],
    side: Side,
    knowledge: &Knowledge,
) -> Result<Answer, AttackError> {
    let per = per(knowledge);
    let mut problem = Problem::new(direction(side));
    let costs = dense(component, sum);
    let columns: Vec<Variable> = costs.iter().map(|&it| problem.add_var(it, (0.0, f64::INFINITY))).collect();
    constrain(&mut problem, component, &columns, per);
    let outcome = match problem.solve() {
        Ok(outcome) => outcome,
        Err(Error::Unbounded) => return Ok(Answer::Unbounded),
        Err(Error::Infeasible) => return Err(AttackError::Contradiction(any_fact(component, knowledge))),
        Err(error) => return Err(AttackError::Solver(error.to_string())),
    };
    let Some(solution) = outcome.solution() else {
        return Err(AttackError::Solver("it was interrupted".to_owned()));
    };
    let objective = solution.objective() * per;
    let slack = TOLERANCE * objective.abs().max(1.0);
    let bound = match side {
        Side::Least => (objective - slack).ceil(),
        Side::Most => (objective + slack).floor(),
    };
    let values = columns.iter().map(|&it| (solution.var_value(it) * per).round() as i64).collect();
    Ok(Answer::Bounded { bound: bound as i64, solution: values })
}

/// A whole solution at one end of a sum of columns, if one is found within [`NODES`].
pub(super) fn solve_whole(component: &Component, sum: &[(usize, i64)], side: Side) -> Option<Vec<i64>> {
    let mut problem = Problem::new(direction(side));
    let costs = dense(component, sum);
    let columns: Vec<Variable> = costs.iter().map(|&it| problem.add_integer_var(it, (0, i32::MAX))).collect();
    constrain(&mut problem, component, &columns, 1.0);
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES);
    let outcome = problem.solve_with(options).ok()?;
    let solution = outcome.solution()?;
    Some(columns.iter().map(|&it| solution.var_value(it).round() as i64).collect())
}

/// The weight of every line in the bound of a sum: the solution of the dual program. All 0 where there is no bound.
pub(super) fn duals(
    component: &Component,
    sum: &[(usize, i64)],
    side: Side,
    knowledge: &Knowledge,
) -> Result<Vec<f64>, AttackError> {
    if sum.is_empty() || component.lines.is_empty() {
        return Ok(vec![0.0; component.lines.len()]);
    }
    let per = per(knowledge);
    // The dual of a largest value is a smallest one: the lowest bound that the lines give.
    let (direction, op, sign) = match side {
        Side::Most => (OptimizationDirection::Minimize, ComparisonOp::Ge, -1.0),
        Side::Least => (OptimizationDirection::Maximize, ComparisonOp::Le, 1.0),
    };
    let mut problem = Problem::new(direction);
    let add = |line: &Line| match line.kind {
        Kind::Equal => problem.add_var(line.value as f64 / per, (f64::NEG_INFINITY, f64::INFINITY)),
        Kind::AtLeast => problem.add_var(-sign * line.value as f64 / per, (0.0, f64::INFINITY)),
    };
    let weights: Vec<Variable> = component.lines.iter().map(add).collect();
    let mut of_column: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); component.columns()];
    for (line, &weight) in component.lines.iter().zip(&weights) {
        for &(column, coefficient) in &line.entries {
            let coefficient = coefficient as f64;
            let entry = if line.kind == Kind::Equal { coefficient } else { sign * coefficient };
            of_column[column].push((weight, entry));
        }
    }
    for (entries, cost) in of_column.into_iter().zip(dense(component, sum)) {
        problem.add_constraint(entries, op, cost);
    }
    match problem.solve() {
        Ok(outcome) => {
            let Some(solution) = outcome.solution() else {
                return Err(AttackError::Solver("it was interrupted".to_owned()));
            };
            Ok(weights.iter().map(|&it| solution.var_value(it)).collect())
        }
        Err(Error::Infeasible) => Ok(vec![0.0; component.lines.len()]),
        Err(Error::Unbounded) => Err(AttackError::Contradiction(any_fact(component, knowledge))),
        Err(error) => Err(AttackError::Solver(error.to_string())),
    }
}

fn direction(side: Side) -> OptimizationDirection {
    match side {
        Side::Least => OptimizationDirection::Minimize,
        Side::Most => OptimizationDirection::Maximize,
    }
}

fn per(knowledge: &Knowledge) -> f64 {
    match knowledge.values {
        Values::Whole => 1.0,
        Values::Decimal { per } => f64::from(per),
    }
}

fn dense(component: &Component, sum: &[(usize, i64)]) -> Vec<f64> {
    let mut costs = vec![0.0; component.columns()];
    for &(column, coefficient) in sum {
        costs[column] += coefficient as f64;
    }
    costs
}

fn constrain(problem: &mut Problem, component: &Component, columns: &[Variable], per: f64) {
    for line in &component.lines {
        let entries: Vec<(Variable, f64)> = line.entries.iter().map(|it| (columns[it.0], it.1 as f64)).collect();
        let value = line.value as f64 / per;
        match line.kind {
            Kind::Equal => problem.add_constraint(entries, ComparisonOp::Eq, value),
            Kind::AtLeast => problem.add_constraint(entries, ComparisonOp::Ge, -value),
        }
    }
}

fn any_fact(component: &Component, knowledge: &Knowledge) -> String {
    let fact = component.lines.iter().flat_map(|it| it.from.keys()).next();
    fact.map_or_else(|| "no fact".to_owned(), |it| knowledge.facts[*it].name.clone())
}
