//! What audits find.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;
use serde::{Deserialize, Serialize};

use crate::derive::Severity;

/// Offending rows that are kept and shown.
pub(super) const SAMPLES: usize = 5;

/// One offending row: its columns and their texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Offence(pub Vec<(String, String)>);

impl Offence {
    pub(super) fn of(batch: &RecordBatch, row: usize) -> Result<Self, ArrowError> {
        let text = |column| array_value_to_string(column, row);
        let fields = batch.schema_ref().fields().iter().zip(batch.columns());
        fields.map(|(field, column)| Ok((field.name().clone(), text(column)?))).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn in_words(&self) -> String {
        self.0.iter().map(|(name, text)| format!("{name} {text}")).collect::<Vec<_>>().join(", ")
    }
}

/// What an audit found.
#[derive(Debug, Clone)]
pub struct AuditResult {
    /// The audit.
    pub name: String,
    /// How bad its rows are.
    pub severity: Severity,
    /// How many rows it found.
    pub offences: u64,
    /// The first of them.
    pub samples: Vec<Offence>,
    /// What to do about them.
    pub remedy: String,
    /// The query whose rows they are; none for those that are no SQL.
    pub sql: Option<String>,
}

impl AuditResult {
    /// Nothing may be published.
    pub fn is_failed(&self) -> bool {
        self.offences > 0 && self.severity == Severity::Error
    }

    /// The audit and its first rows, a line each.
    pub fn in_words(&self) -> Vec<String> {
        let mut lines =
            vec![format!("{}: {} row{}", self.name, self.offences, if self.offences == 1 { "" } else { "s" })];
        lines.extend(self.samples.iter().map(|sample| format!("  {}", sample.in_words())));
        if self.offences > self.samples.len() as u64 {
            lines.push(format!("  and {} more", self.offences - self.samples.len() as u64));
        }
        lines
    }
}
