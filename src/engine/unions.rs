//! Branches of a UNION whose types differ.
//!
//! The planner makes one type of them, and the reader of the SQL does not see which: `0` above a decimal was a whole number
//! once.

use std::fmt;

use arrow::datatypes::DataType;
use datafusion::common::DataFusionError;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::LogicalPlan;

/// A column of a UNION that has one type in a branch and another in one below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixedColumn {
    /// Its name, in the first branch.
    pub name: String,
    /// Its type there.
    pub first: DataType,
    /// Its type in the other branch.
    pub other: DataType,
}

impl fmt::Display for MixedColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the column `{}` is {} in one branch of a UNION and {} in another", self.name, self.first, self.other)
    }
}

/// The first such column in a plan whose types are those that the SQL gives.
pub(super) fn mixed(plan: &LogicalPlan) -> Result<Option<MixedColumn>, DataFusionError> {
    let mut found = None;
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Union(union) = node
            && let Some((first, others)) = union.inputs.split_first()
        {
            found = others.iter().find_map(|other| difference(first, other));
        }
        Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}

/// The first column that has another type in `other` than in `first`.
fn difference(first: &LogicalPlan, other: &LogicalPlan) -> Option<MixedColumn> {
    let mut columns = first.schema().fields().iter().zip(other.schema().fields());
    let (a, b) = columns.find(|(a, b)| !is_same(a.data_type(), b.data_type()))?;
    Some(MixedColumn { name: a.name().clone(), first: a.data_type().clone(), other: b.data_type().clone() })
}

/// Whether a value of either type is the same value in the other: a missing value has no type, and decimals of one scale
/// differ in how large they may be.
fn is_same(a: &DataType, b: &DataType) -> bool {
    use DataType::{Decimal128, LargeUtf8, Null, Utf8, Utf8View};
    match (a, b) {
        (Null, _) | (_, Null) | (Utf8 | LargeUtf8 | Utf8View, Utf8 | LargeUtf8 | Utf8View) => true,
        (Decimal128(_, a), Decimal128(_, b)) => a == b,
        _ => a == b,
    }
}
