//! The figures of earlier versions: what one published is known for good, and what one hid stays hidden.

use std::collections::BTreeSet;

use super::figures::Figures;
use crate::definition::Disclosure;
use crate::engine::{Engine, Table};
use crate::publish::{PublishError, PublishedVersion, Release, Tables};
use crate::store::{Commit, Store, VersionLog, VersionNumber};

/// The files of the protected table in all versions that the new one follows.
#[derive(Debug, Clone, Default)]
pub struct History(Vec<Table>);

impl Release<'_> {
    /// What the versions up to `last` published of the figures that the policy protects. Versions with the same bytes count once.
    ///
    /// # Errors
    /// A file is gone or damaged, or the store can't be read.
    pub async fn history(&self, last: Option<&Commit>) -> Result<History, PublishError> {
        match (self.disclosure, last) {
            (Some(policy), Some(last)) => History::until(self.store, &self.dataset.name, policy, last.version).await,
            _ => Ok(History::default()),
        }
    }
}

impl History {
    /// What the versions until `last`, and with it, published.
    ///
    /// # Errors
    /// As [`Release::history`].
    pub(super) async fn until(
        store: &Store,
        dataset: &str,
        policy: &Disclosure,
        last: VersionNumber,
    ) -> Result<Self, PublishError> {
        let mut history = Self::default();
        let log = VersionLog::new(store, dataset);
        let mut seen = BTreeSet::new();
        // A record that is gone may be of the version that hid something: without it nobody knows what has to stay hidden.
        for commit in log.up_to(Some(last)).await? {
            let version = PublishedVersion::of(store, dataset, commit).await?;
            let Some(entry) = version.manifest.tables.get(&policy.values) else { continue };
            if !seen.insert(entry.entry.sha256) {
                continue;
            }
            for file in version.files(store, Tables::Published, &policy.values).await? {
                history.0.push(Table::found(vec![store.url(&file)?]));
            }
        }
        Ok(history)
    }

    pub(super) async fn figures(self, engine: &Engine, policy: &Disclosure) -> Result<Vec<Figures>, PublishError> {
        let mut figures = Vec::with_capacity(self.0.len());
        for table in self.0 {
            figures.push(Figures::read(engine, policy, table).await?);
        }
        Ok(figures)
    }
}
