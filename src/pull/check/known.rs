//! What a row's codes and foreign keys are looked up in.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition::{CodeLists, Reference};

/// The values of each column of another register that a contract refers to.
pub(crate) type References = BTreeMap<Reference, BTreeSet<String>>;

/// The values that are known elsewhere: the codes of reference lists, and the keys of other registers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    /// The codes of the reference lists.
    pub(crate) code_lists: &'a CodeLists,
    /// The values that foreign keys may have.
    pub(crate) references: &'a References,
}
