//! The figures of earlier versions: what one published is known for good, and what one hid stays hidden.

use std::collections::BTreeSet;

use super::figures::Figures;
use crate::definition::Disclosure;
use crate::engine::{Engine, Table};
use crate::publish::{PublishError, PublishedVersion, Release, Tables};
use crate::store::{Commit, VersionLog};

/// The files of the protected table in all versions that the new one follows.
#[derive(Debug, Clone, Default)]
pub struct History(Vec<Table>);

impl Release<'_> {
    /// What the versions up to `last` published of the figures that the policy protects. Versions with the same bytes count once.
    ///
    /// # Errors
    /// A file is gone or damaged, or the store can't be read.
    pub async fn history(&self, last: Option<&Commit>) -> Result<History, PublishError> {
        let mut history = History::default();
        let (Some(policy), Some(last)) = (self.disclosure, last) else { return Ok(history) };
        let log = VersionLog::new(self.store, &self.dataset.name);
        let mut seen = BTreeSet::new();
        // A record that is gone may be of the version that hid something: without it nobody knows what has to stay hidden.
        for commit in log.up_to(Some(last.version)).await? {
            let version = PublishedVersion::of(self.store, &self.dataset.name, commit).await?;
            let Some(entry) = version.manifest.tables.get(&policy.values) else { continue };
            if !seen.insert(entry.entry.sha256) {
                continue;
            }
            for file in version.files(self.store, Tables::Published, &policy.values).await? {
                history.0.push(Table::found(vec![self.store.url(&file)?]));
            }
        }
        Ok(history)
    }
}

impl History {
    pub(super) async fn figures(self, engine: &Engine, policy: &Disclosure) -> Result<Vec<Figures>, PublishError> {
        let mut figures = Vec::with_capacity(self.0.len());
        for table in self.0 {
            figures.push(Figures::read(engine, policy, table).await?);
        }
        Ok(figures)
    }
}
