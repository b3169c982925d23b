//! All that a version is made of.

use std::collections::BTreeSet;

use super::{DISCLOSURE_POLICY, FORMAT};
use crate::definition::{Dataset, Pipeline};
use crate::derive::{Catalogue, Graph, Steps};
use crate::engine::{Engine, RELEASE};
use crate::pull::ExtractStep;
use crate::store::{ArtefactKey, KeyBuilder, Store};

/// What a dataset's version is made of: its definitions and the artefacts behind its tables.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// The pipeline that makes it.
    pub pipeline: &'a Pipeline,
    /// The published schema.
    pub dataset: &'a Dataset,
    /// The models and audits.
    pub graph: &'a Graph,
    /// The schema of every table that SQL can name.
    pub catalogue: &'a Catalogue,
    /// The extracts.
    pub staged: &'a [ExtractStep],
    /// The models' steps, and the artefacts behind every table's name.
    pub steps: &'a Steps<'a>,
    /// What queries run on.
    pub engine: &'a Engine,
    /// Where it is published.
    pub store: &'a Store,
}

impl Release<'_> {
    /// The key that the version has, or would have.
    pub fn key(&self) -> ArtefactKey {
        let mut key = KeyBuilder::new(FORMAT)
            .field("tool", env!("CARGO_PKG_VERSION"))
            .field("engine", RELEASE)
            .field("schema", self.dataset.digest.to_string())
            .field("disclosure policy", DISCLOSURE_POLICY);
        // What an audit reads may be published nowhere: when it changes, the audit judges anew.
        let audited = self.graph.audits.iter().flat_map(|audit| audit.sql.tables.keys());
        let tables: BTreeSet<&String> = self.dataset.tables.iter().map(|table| &table.name).chain(audited).collect();
        for table in tables {
            for input in self.steps.inputs(table) {
                key = key.field(table, input.artefact.key.to_string());
            }
        }
        for audit in &self.graph.audits {
            key = key.field(&audit.sql.name, audit.sql.digest.to_string()).field("severity", audit.severity.name());
        }
        key.finish()
    }

    /// Whether one of the extracts is synthetic, and therefore the version is.
    pub(super) fn is_synthetic(&self) -> bool {
        self.staged.iter().any(|staged| staged.extract.synthetic)
    }
}
