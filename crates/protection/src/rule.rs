//! Sensitivity rules: which cells tell something of a few, and how wide an attacker's interval has to stay.

use std::num::NonZeroU32;

/// The smallest number of persons or doctors that a published count may be of, never below 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SmallestCount(i64);

impl SmallestCount {
    /// The least that a policy may ask for: with 2 either of two persons knows the other.
    pub const LEAST: i64 = 3;
    /// What holds unless a policy says otherwise.
    pub const USUAL: Self = Self(5);

    /// `k`, unless it is below [`Self::LEAST`].
    ///
    /// # Errors
    /// [`RuleError::CountTooSmall`].
    pub fn new(k: i64) -> Result<Self, RuleError> {
        if k < Self::LEAST { Err(RuleError::CountTooSmall(k)) } else { Ok(Self(k)) }
    }

    /// The number itself, in persons.
    pub fn get(self) -> i64 {
        self.0
    }

    /// Whether a count is of somebody and of fewer than k. A zero is of nobody and is not small.
    pub fn is_small(self, count: i64) -> bool {
        0 < count && count < self.0
    }
}

/// A part of 100, between 1 and 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u8);

impl Percent {
    /// `percent`, unless it is 0 or above 100.
    ///
    /// # Errors
    /// [`RuleError::NotAPercentage`].
    pub fn new(percent: u8) -> Result<Self, RuleError> {
        if (1..=100).contains(&percent) { Ok(Self(percent)) } else { Err(RuleError::NotAPercentage(percent)) }
    }

    /// The number itself, in hundredths.
    pub fn get(self) -> u8 {
        self.0
    }
}

/// How wide the interval of a cell has to stay for anyone who knows all that is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A count of persons: the interval holds everything from 0 to k - 1, or is k wide.
    Count(SmallestCount),
    /// An amount: the interval is at least so many percent of the amount wide, and never a point.
    Amount(Percent),
}

/// Counts of one share, to ask which of them is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How many have what is counted.
    pub numerator: i64,
    /// How many there are.
    pub denominator: i64,
}

/// A count of a share that the small-count rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SmallPart {
    /// Few have it.
    Numerator,
    /// Few do not have it.
    Complement,
    /// Few are there at all.
    Denominator,
}

impl Share {
    /// Primary suppression by the small-count rule: which of numerator, complement and denominator is 1 to k - 1.
    pub fn small_parts(self, k: SmallestCount) -> Vec<SmallPart> {
        [
            (SmallPart::Numerator, self.numerator),
            (SmallPart::Complement, self.denominator - self.numerator),
            (SmallPart::Denominator, self.denominator),
        ]
        .into_iter()
        .filter(|it| k.is_small(it.1))
        .map(|it| it.0)
        .collect()
    }
}

/// Who made an amount: the practices or persons behind it and the amounts of its two largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contributions {
    /// How many units contribute.
    pub contributors: u32,
    /// The amount, in the unit of the indicator.
    pub total: i64,
    /// The amount of the largest contributor, in the same unit.
    pub largest: i64,
    /// The amount of the second largest, in the same unit.
    pub second_largest: i64,
}

/// The rule for amounts: a fewest number of contributors, and dominance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concentration {
    /// A cell of fewer contributors is primary.
    pub fewest: NonZeroU32,
    /// A cell is primary if its two largest contributors together have more than this of it.
    pub dominance: Percent,
}

/// Why an amount is primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concentrated {
    /// Fewer contributors than the rule asks for.
    FewContributors,
    /// The two largest have more than the rule allows: the second largest can estimate the largest.
    Dominance,
}

impl Concentration {
    /// Primary suppression of an amount: the (n, k)-rule with n = 2 after the number of contributors
    /// (Hundepool et al., Handbook on Statistical Disclosure Control, 4.2.1). An amount that nobody made is open.
    pub fn finds(&self, it: Contributions) -> Option<Concentrated> {
        if it.contributors == 0 {
            return None;
        }
        if it.contributors < self.fewest.get() {
            return Some(Concentrated::FewContributors);
        }
        let two = i128::from(it.largest) + i128::from(it.second_largest);
        let dominates = two * 100 > i128::from(it.total) * i128::from(self.dominance.get());
        dominates.then_some(Concentrated::Dominance)
    }
}

/// A rule that protects nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// k below 3.
    #[error("k is {0}, and the least is {least}", least = SmallestCount::LEAST)]
    CountTooSmall(i64),
    /// Not between 1 and 100.
    #[error("{0} is no percentage between 1 and 100")]
    NotAPercentage(u8),
}
