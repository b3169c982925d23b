//! Texts in both languages.

use serde::{Deserialize, Serialize};

/// The same text in Danish and English.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    pub da: String,
    pub en: String,
}
