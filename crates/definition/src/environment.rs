//! Environments: where the extracts come from and where the results go.

use std::num::NonZeroUsize;
use std::path::Path;

use serde::Deserialize;

use crate::error::DefinitionError;
use crate::source_text::SourceText;

/// Where one deployment reads and writes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// The address of the extracts: a folder relative to the project, or a URL.
    pub extracts: String,
    pub store: String,
    pub pseudonym_key: PseudonymKeyName,
    pub resources: Resources,
}

/// Names the variable that holds the key; the key itself is never in a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PseudonymKeyName {
    pub env: String,
}

/// What a run may use.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// Memory for sorting and joining, in MiB; beyond it queries spill to disk.
    pub memory_mib: usize,
    pub parallel_extracts: usize,
    /// Rows that a query works on at once; the engine's own number where it is not given. It changes no result.
    pub batch_rows: Option<NonZeroUsize>,
}

impl Environment {
    pub(crate) fn read(root: &Path, file: &Path) -> Result<Self, DefinitionError> {
        SourceText::read(root, file)?.parse()
    }
}
