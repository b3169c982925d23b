//! Patterns that a whole text has to match.

use std::fmt;

use regex::Regex;

/// A regular expression for a text as a whole.
#[derive(Debug, Clone)]
pub struct Pattern {
    whole: Regex,
    written: String,
}

impl Pattern {
    pub(crate) fn parse(written: &str) -> Option<Self> {
        let whole = Regex::new(&format!("^(?:{written})$")).ok()?;
        Some(Self { whole, written: written.to_owned() })
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.whole.is_match(text)
    }
}

/// As the contract writes it.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}
