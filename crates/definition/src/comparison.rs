//! How two values of a row have to compare.

use std::cmp::Ordering;

use serde::Deserialize;

use crate::value::Scalar;

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Comparison {
    /// Left is less than or equal to right.
    #[serde(rename = "<=")]
    AtMost,
    /// Left is less than right.
    #[serde(rename = "<")]
    Below,
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = "!=")]
    NotEqual,
    /// Left is 0 or the same as right.
    #[serde(rename = "0 or =")]
    ZeroOrEqual,
}

impl Comparison {
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtMost => "<=",
            Self::Below => "<",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::ZeroOrEqual => "0 or =",
        }
    }

    /// Whether it holds for two values; those that can't be compared break nothing.
    pub fn holds(self, left: Scalar, right: Scalar) -> bool {
        let is_zero = matches!(left, Scalar::Integer(0) | Scalar::Decimal(0));
        (self == Self::ZeroOrEqual && is_zero) || left.partial_cmp(&right).is_none_or(|it| self.holds_for(it))
    }

    pub fn holds_for(self, ordering: Ordering) -> bool {
        match self {
            Self::AtMost => ordering.is_le(),
            Self::Below => ordering.is_lt(),
            Self::Equal | Self::ZeroOrEqual => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
        }
    }
}
