//! How much harm data could do outside.

use serde::{Deserialize, Serialize};

/// How much harm a source, or a column of it, could do outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Anybody may see it.
    Open,
    Practice,
    Person,
    /// Names a person: never read past the parser.
    Direct,
    /// Free text or housekeeping that nothing needs: what is not read can't leak.
    Unused,
}
