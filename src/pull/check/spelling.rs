//! Texts that a contract lists, told by their value: 07 is 7 in a column of numbers.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::definition::{Excluded, Kind, Scalar, TextFormat, listed_scalar, plain_text};

/// A text of a column, with the value that it is there.
#[derive(Clone, Copy)]
pub(super) struct Spelling<'t> {
    pub(super) text: &'t str,
    pub(super) value: Option<Scalar>,
    pub(super) kind: &'t Kind,
}

impl<'t> Spelling<'t> {
    /// As staged tables have it.
    fn staged(self) -> Cow<'t, str> {
        self.value.map_or(Cow::Borrowed(self.text), |value| Cow::Owned(plain_text(value, self.kind)))
    }

    /// Whether it is one of these texts, which are [`spelled`].
    pub(super) fn is_among(self, texts: &BTreeSet<String>) -> bool {
        texts.contains(self.staged().as_ref())
    }

    /// Whether it leaves its row out.
    pub(super) fn is_left_out(self, texts: &Excluded) -> bool {
        match texts {
            Excluded::Values(texts) => self.is_among(texts),
            Excluded::Pattern(_) => texts.holds(self.text),
        }
    }
}

/// The texts that a contract lists of a column, those that are values as staged tables have them. A contract writes them as the
/// files do, or else as definitions do.
pub(super) fn spelled(texts: &BTreeSet<String>, kind: &Kind, format: &TextFormat) -> BTreeSet<String> {
    let staged = |text: &String| match listed_scalar(text, kind, format) {
        Some(value) => plain_text(value, kind),
        None => text.clone(),
    };
    texts.iter().map(staged).collect()
}
