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

/// A number from 0 to 1.
pub(crate) fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let share = f64::deserialize(deserializer)?;
    match (0.0..=1.0).contains(&share) {
        true => Ok(share),
        false => Err(D::Error::custom(format!("the share {share} is not between 0 and 1"))),
    }
}
