//! All that a version is made of.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{FORMAT, PublishError};
use crate::definition::{Dataset, Disclosure, Pipeline, PublishedTable};
use crate::derive::{Audit, Catalogue, Graph, SqlFile, Steps, table as derived_table};
use crate::engine::{Engine, RELEASE, Table};
use crate::pull::{Availability, ExtractStep};
use crate::store::{ArtefactKey, KeyBuilder, LocalTable, Store};

/// What a version goes without, since nothing of what it needs is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Published tables.
    pub tables: Vec<String>,
    /// Audits that could not judge.
    pub audits: Vec<String>,
}

/// What a dataset's version is made of: its definitions and the artefacts behind its tables.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// The pipeline that makes it.
    pub pipeline: &'a Pipeline,
    /// The years that it is about, and which extracts are there.
    pub availability: &'a Availability,
    /// The published schema.
    pub dataset: &'a Dataset,
    /// How its figures are protected; `None` for a dataset that is published as it is.
    pub disclosure: Option<&'a Disclosure>,
    /// The models, audits and masks.
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
            .field("disclosure policy", self.policy());
        // What audits and masks read may be published nowhere: when it changes, they judge and hide anew.
        let audited = self.graph.audits.iter().flat_map(|audit| audit.sql.tables.keys());
        let published = self.dataset.tables.iter().map(|table| &table.name);
        let tables: BTreeSet<&String> = published.chain(audited).chain(self.protecting()).collect();
        for table in tables {
            // A table that is left out is another version than one without rows.
            key = key.field("table", table);
            for input in self.steps.inputs(table) {
                key = key.field(table, input.artefact.key.to_string());
            }
        }
        for (table, mask) in self.masks() {
            key = key.field("mask", table).field(table, mask.digest.to_string());
        }
        for audit in &self.graph.audits {
            key = key.field(&audit.sql.name, audit.sql.digest.to_string()).field("severity", audit.severity.name());
        }
        key.finish()
    }

    /// How small numbers are protected: the digest of the policy.
    pub(super) fn policy(&self) -> String {
        self.disclosure.map_or_else(|| Disclosure::NONE.to_owned(), |policy| policy.digest.to_string())
    }

    /// The masks, by the name of the published table; a dataset without a policy hides nothing.
    pub(super) fn masks(&self) -> impl Iterator<Item = (&'_ String, &'_ SqlFile)> {
        self.graph.masks.iter().filter(|_| self.disclosure.is_some())
    }

    /// The tables that the protection reads.
    fn protecting(&self) -> impl Iterator<Item = &'_ String> {
        let masked = self.masks().flat_map(|(_, mask)| mask.tables.keys());
        masked.chain(self.disclosure.into_iter().flat_map(|policy| [&policy.members, &policy.contributors]))
    }

    /// The rows behind a table's name in SQL: those of a file that was `written` of it, or else those that were derived.
    ///
    /// # Errors
    /// The file is gone, or the store can't be read.
    pub(super) async fn behind(&self, name: &str, written: Option<&LocalTable>) -> Result<Table, PublishError> {
        let Self { catalogue, engine, steps, .. } = self;
        match (written, catalogue.schema(name)) {
            (Some(written), Some(schema)) => Table::local(Arc::clone(schema), written.path())
                .map_err(|source| PublishError::Query { what: name.to_owned(), source: Box::new(source) }),
            _ => Ok(derived_table(engine.store(), catalogue, name, &steps.inputs(name)).await?),
        }
    }

    /// The tables that are published: those of the schema but for those whose models wait.
    pub fn tables(&self) -> impl Iterator<Item = &'_ PublishedTable> {
        self.dataset.tables.iter().filter(|table| !self.steps.is_without(&table.name))
    }

    /// The audits that judge: those of all tables that they read something is there.
    pub(super) fn audits(&self) -> impl Iterator<Item = &'_ Audit> {
        let is_without = |audit: &&Audit| audit.sql.tables.keys().any(|table| self.steps.is_without(table));
        self.graph.audits.iter().filter(move |audit| !is_without(audit))
    }

    /// The tables and audits that wait, by name.
    pub fn left_out(&self) -> LeftOut {
        let tables: BTreeSet<&String> = self.tables().map(|table| &table.name).collect();
        let audits: BTreeSet<&String> = self.audits().map(|audit| &audit.sql.name).collect();
        let tables = self.dataset.tables.iter().map(|table| &table.name).filter(|name| !tables.contains(name));
        let audits = self.graph.audits.iter().map(|audit| &audit.sql.name).filter(|name| !audits.contains(name));
        LeftOut { tables: tables.cloned().collect(), audits: audits.cloned().collect() }
    }

    /// Whether one of the extracts is synthetic, and therefore the version is.
    pub(super) fn is_synthetic(&self) -> bool {
        self.staged.iter().any(|staged| staged.extract.synthetic)
    }
}
