//! What happens when reality differs from a contract.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// What to do with columns that the contract does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnPolicy {
    /// Take them in as text.
    Evolve,
    /// Leave them out and say so.
    Quarantine,
    /// Refuse the extract.
    Freeze,
}

/// What to do with rows that break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowPolicy {
    /// Keep the row aside, up to the contract's limit.
    Quarantine,
    /// Refuse the extract.
    Freeze,
}

/// What to do with records of types that the contract does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordTypePolicy {
    /// Pass over them, count them by type and say so.
    #[default]
    Count,
    /// Refuse the extract.
    Freeze,
}

/// What to do with extracts that have the same rows as another of their source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SameRows {
    /// Take them for what their names say.
    Allow,
    /// Say so when one of them is staged.
    Warn,
    /// Refuse them: one was delivered under the other's name.
    #[default]
    Freeze,
}

/// What happens when reality differs.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Columns that the contract does not know.
    pub columns: ColumnPolicy,
    /// Values that are not of their column's type.
    pub types: RowPolicy,
    /// Rows that break another rule.
    pub rows: RowPolicy,
    /// Records of types that the contract does not know.
    #[serde(default)]
    pub record_types: RecordTypePolicy,
    /// The share of rejected rows, 0 to 1, beyond which the extract is refused.
    #[serde(default, deserialize_with = "share")]
    pub max_rejected_share: f64,
}

/// What 1 is in the units that shares are counted in. Contracts write decimals, which doubles only come near.
const ONE: f64 = 1e12;

/// Whether so many rows are more of `all` than a share of them.
pub fn is_beyond(rows: u64, all: u64, share: f64) -> bool {
    let of = |rows: u64, units: f64| u128::from(rows).saturating_mul(units.round() as u128);
    of(rows, ONE) > of(all, share * ONE)
}

/// A share in percent, with the digits that the contract has.
pub fn percent(share: f64) -> f64 {
    (share * ONE).round() / (ONE / 100.0)
}

/// A number from 0 to 1.
pub(crate) fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let share = f64::deserialize(deserializer)?;
    match (0.0..=1.0).contains(&share) {
        true => Ok(share),
        false => Err(D::Error::custom(format!("the share {share} is not between 0 and 1"))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_share_is_the_decimal_that_the_contract_writes() {
        assert!(!is_beyond(29, 100, 0.29) && is_beyond(30, 100, 0.29));
        assert!(is_beyond(1, 3, 0.33333) && !is_beyond(1, 3, 0.33334));
        assert!(is_beyond(1, u64::MAX, 0.0) && !is_beyond(0, 0, 0.0) && !is_beyond(u64::MAX, u64::MAX, 1.0));
        assert_eq!([0.29, 0.07, 0.57, 0.002].map(percent).map(|share| share.to_string()), ["29", "7", "57", "0.2"]);
    }

    proptest! {
        #[test]
        fn as_many_rows_as_the_share_allows_are_not_beyond_it(thousandths in 0_u64..=1000, thousands in 1_u64..1_000_000) {
            let share: f64 = format!("{}.{:03}", thousandths / 1000, thousandths % 1000).parse().unwrap();
            let (allowed, all) = (thousandths * thousands, 1000 * thousands);
            prop_assert!(!is_beyond(allowed, all, share) && is_beyond(allowed + 1, all, share));
        }
    }
}
