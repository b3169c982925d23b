//! Why figures can't be protected.

/// A group of figures that could not be protected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The group could not be laid out, protected or attacked.
    #[error("the figures of {year} that hang together with `{group}` can't be protected")]
    Group {
        /// The year.
        year: i32,
        /// The first column of the group.
        group: String,
        /// Why.
        why: String,
    },
    /// Relations could not be looked for.
    #[error("what ties the figures together can't be found")]
    Relations {
        /// Why.
        why: String,
    },
    /// The work was ended.
    #[error("the protection ended early")]
    Ended {
        /// How.
        why: String,
    },
}

impl Fault {
    pub(super) fn ended(error: &impl ToString) -> Self {
        Self::Ended { why: error.to_string() }
    }
}
