//! What a pipeline reads of the files that lie there.

use std::collections::BTreeSet;

use super::days::Days;
use super::extract::Extract;
use crate::definition::{Contract, Pipeline, Project, Years};

/// What a pipeline reads.
pub(super) struct Reading<'a> {
    pub(super) project: &'a Project,
    pub(super) pipeline: &'a Pipeline,
    /// The years that it derives.
    pub(super) years: Years,
    /// The sources that it leaves out.
    pub(super) left_out: &'a BTreeSet<String>,
    pub(super) days: &'a Days,
    /// The extracts, of these years and others.
    pub(super) extracts: Vec<&'a Extract>,
    /// Those that were drawn too late for their year.
    pub(super) too_late: Vec<Extract>,
}

impl Reading<'_> {
    /// Whether the pipeline reads a source at all.
    pub(super) fn has(&self, contract: &Contract) -> bool {
        self.pipeline.sources.contains(&contract.name) && !self.left_out.contains(&contract.name)
    }
}
