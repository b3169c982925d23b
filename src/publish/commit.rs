//! The commit: files, manifest, data package, and last the numbered record that makes them visible.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use tracing::{info, warn};

use super::audit::AuditResult;
use super::datapackage::{self, datapackage};
use super::manifest::{AuditEntry, ExtractEntry, Manifest, ModelEntry, PublishedEntry};
use super::{Candidate, DISCLOSURE_POLICY, PublishError};
use crate::definition::{Dataset, Pipeline};
use crate::derive::Plan;
use crate::pull::Staged;
use crate::store::{
    Artefact, ArtefactDraft, Commit, CommitOutcome, Digest, Provenance, Store, VersionLog, VersionNumber, Zone,
};

/// How publishing ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// A new version.
    New(Commit),
    /// Another run published the same at the same time.
    SameAlready(Commit),
}

/// An audited candidate with all that its manifest tells.
#[derive(Debug)]
pub struct Release<'a> {
    /// The candidate.
    pub candidate: &'a Candidate,
    /// What its audits found.
    pub audits: &'a [AuditResult],
    /// Its published schema.
    pub dataset: &'a Dataset,
    /// The pipeline that made it.
    pub pipeline: &'a Pipeline,
    /// The extracts behind it.
    pub staged: &'a [Staged],
    /// The models behind it.
    pub plan: &'a Plan<'a>,
}

impl Release<'_> {
    /// Publishes the candidate as `version`: the one after the latest when the run began, or the latest itself where
    /// its files are gone. Whoever published in between was first.
    ///
    /// # Errors
    /// Another run published something else first, or the store can't be written.
    pub async fn commit(&self, version: VersionNumber, store: &Store) -> Result<Published, PublishError> {
        let (candidate, dataset) = (self.candidate, self.dataset);
        let log = VersionLog::new(store, &dataset.name);
        let folder = format!("v{version}-{}", candidate.key.short());
        let path = log.dataset_path().join(folder.clone());
        for (name, (table, _)) in &candidate.tables {
            store.put_file(&path.clone().join(format!("{name}.parquet")), table.path()).await?;
        }
        let manifest = self.manifest(version, store).await?;
        let document = json("manifest.json", &manifest)?;
        let manifest_sha256 = Some(Digest::of(&document));
        store.put(&path.clone().join(Manifest::FILE), document).await?;
        store.put(&path.join(datapackage::FILE), json("datapackage.json", &datapackage(dataset, &manifest))?).await?;

        let committed_at = Timestamp::now().to_string();
        let commit = Commit { version, key: candidate.key, folder, manifest_sha256, committed_at };
        let outcome = log.publish(&commit).await?;
        match outcome {
            CommitOutcome::Lost(winner) => Err(PublishError::Lost { winner }),
            CommitOutcome::Published => {
                info!(dataset = dataset.name, version = %commit.version, key = %commit.key, "published");
                mend_latest(store, &dataset.name, &commit).await;
                Ok(Published::New(commit))
            }
            CommitOutcome::SameAlready => Ok(Published::SameAlready(commit)),
        }
    }

    async fn manifest(&self, version: VersionNumber, store: &Store) -> Result<Manifest, PublishError> {
        let mut extracts = Vec::new();
        for Staged { extract, artefact, .. } in self.staged {
            let Some(record) = store.artefact(artefact).await? else {
                return Err(PublishError::NotDerived { what: artefact.to_string() });
            };
            let Provenance::Extract { contract, .. } = record.provenance else {
                return Err(PublishError::NotDerived { what: artefact.to_string() });
            };
            extracts.push(ExtractEntry {
                source: extract.source.clone(),
                file: extract.file.clone(),
                sha256: extract.sha256,
                contract,
                year: extract.year,
                extract_date: extract.extract_date,
                sample: extract.sample,
                artefact: artefact.clone(),
                rows: record.tables.iter().map(|(name, table)| (name.clone(), table.rows)).collect(),
            });
        }
        let models = self
            .plan
            .steps()
            .iter()
            .map(|step| ModelEntry {
                model: step.model.clone(),
                year: step.calendar_year(),
                sql_sha256: step.sql,
                artefact: step.artefact.clone(),
            })
            .collect();
        let tables = self
            .candidate
            .tables
            .iter()
            .map(|(name, (table, artefact))| {
                let file = format!("{name}.parquet");
                (name.clone(), PublishedEntry { file, entry: table.entry().clone(), artefact: artefact.clone() })
            })
            .collect();
        let audits = self
            .audits
            .iter()
            .map(|audit| {
                let severity = audit.severity.name().to_owned();
                (audit.name.clone(), AuditEntry { severity, offences: audit.offences })
            })
            .collect();
        Ok(Manifest {
            format: 1,
            dataset: self.dataset.name.clone(),
            version,
            key: self.candidate.key,
            synthetic: self.staged.iter().any(|staged| staged.extract.synthetic),
            sample: self.staged.iter().map(|staged| staged.extract.sample).min().unwrap_or_default(),
            disclosure_policy: DISCLOSURE_POLICY.to_owned(),
            tool: format!("maaltal {}", env!("CARGO_PKG_VERSION")),
            years: (self.pipeline.years.from, self.pipeline.years.to),
            reference_dates: self
                .pipeline
                .years
                .iter()
                .filter_map(|year| Some((year, self.pipeline.reference_date(year)?)))
                .collect(),
            tables,
            extracts,
            models,
            audits,
        })
    }
}

/// Writes `latest.json` where it does not say `commit`: a hint for simple readers, so a failure is no error.
pub async fn mend_latest(store: &Store, dataset: &str, commit: &Commit) {
    let path = VersionLog::new(store, dataset).dataset_path().join("latest.json");
    let result = async {
        let wanted = json("latest.json", commit)?;
        if store.get(&path).await? != Some(wanted.clone()) {
            store.put(&path, wanted).await?;
        }
        Ok::<(), PublishError>(())
    };
    if let Err(error) = result.await {
        warn!(%error, "latest.json could not be written; the versions are not affected");
    }
}

/// Keeps a candidate that failed its audits, for inspection.
///
/// # Errors
/// The store can't be written.
pub async fn keep_candidate(candidate: &Candidate, dataset: &Dataset, store: &Store) -> Result<Artefact, PublishError> {
    let artefact = Artefact { zone: Zone::Candidates, name: dataset.name.clone(), key: candidate.key };
    let mut draft = ArtefactDraft::new(store, artefact.clone());
    let mut tables = BTreeMap::new();
    for (name, (table, derived)) in &candidate.tables {
        draft.add(name, table).await?;
        tables.insert(name.clone(), derived.clone());
    }
    draft.complete(Provenance::Candidate { tables }).await?;
    Ok(artefact)
}

fn json(what: &'static str, document: &impl Serialize) -> Result<Bytes, PublishError> {
    let mut bytes = serde_json::to_vec_pretty(document).map_err(|source| PublishError::Json { what, source })?;
    bytes.push(b'\n');
    Ok(bytes.into())
}
