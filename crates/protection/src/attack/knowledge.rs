//! What an attacker knows and what he is after.

/// A linear form over unknowns by their number, each with its coefficient.
pub type Sum = Vec<(usize, i64)>;

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// Anybody has it from elsewhere.
    Public,
    /// A committed version published it.
    Earlier,
    /// This version publishes it.
    Now,
}

/// A cell with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The cell's name, as the relation shall name it.
    pub name: String,
    /// What it sums.
    pub sum: Sum,
    /// Its value, in `1/per` of the unit.
    pub value: i64,
    /// Where it comes from.
    pub seen: Seen,
}

/// What the unknowns can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Values {
    /// 0, 1, 2, …
    Whole,
    /// Any amount from 0; facts are in whole `1/per`.
    Decimal {
        /// How many make one.
        per: u32,
    },
}

/// A cell that one person knows, being alone in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insider {
    /// The cell's name.
    pub name: String,
    /// What it sums.
    pub sum: Sum,
    /// Its value, in `1/per` of the unit.
    pub value: i64,
}

/// All that an attacker knows.
#[derive(Debug, Clone)]
pub struct Knowledge {
    /// How many unknowns there are, each of them at least 0.
    pub unknowns: usize,
    /// What they can be.
    pub values: Values,
    /// Cells with their values.
    pub facts: Vec<Fact>,
    /// Sums that are at least 0 because they are counts or amounts themselves: complements, differences.
    pub never_negative: Vec<Sum>,
    /// Cells that a person knows who is alone in them.
    pub insiders: Vec<Insider>,
}

impl Knowledge {
    /// What is known before this version is published.
    pub(crate) fn without_published(&self) -> Self {
        let facts = self.facts.iter().filter(|it| it.seen != Seen::Now).cloned().collect();
        Self { facts, never_negative: self.never_negative.clone(), insiders: Vec::new(), ..*self }
    }
}

impl Insider {
    /// The cell as a fact.
    pub(crate) fn as_fact(&self) -> Fact {
        Fact { name: self.name.clone(), sum: self.sum.clone(), value: self.value, seen: Seen::Public }
    }
}

/// How wide an interval has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Demand {
    /// From 0 to k - 1, or k wide; in `1/per` of the unit.
    Count {
        /// The k of the small-count rule.
        k: i64,
    },
    /// So wide, in `1/per` of the unit.
    Width(i64),
}

/// A cell that is to be safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The cell's name.
    pub name: String,
    /// What it sums.
    pub sum: Sum,
    /// How wide its interval has to be.
    pub demand: Demand,
}

/// Why an attack gives no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttackError {
    /// What is published does not add up.
    #[error("nothing fits all that is published; it shows at {0}")]
    Contradiction(String),
    /// A sum does not fit.
    #[error("{0} is too large to calculate with")]
    TooLarge(String),
    /// The linear program failed.
    #[error("the linear program failed: {0}")]
    Solver(String),
}
