//! The commit: files, manifest, data package, and last the numbered record that makes them visible.

use std::collections::BTreeSet;

use jiff::Timestamp;
use object_store::path::Path;

use super::datapackage::{self, datapackage};
use super::hint::mend_latest;
use super::manifest::{AuditEntry, ExtractEntry, Manifest, ModelEntry, PublishedEntry, json};
use super::{Audited, Before, PublishError, Release, TOOL};
use crate::observe::{Event, Observers};
use crate::pull::ExtractStep;
use crate::store::{Commit, CommitOutcome, Content, Digest, Provenance, SigningKey, VersionLog, VersionNumber};

/// How publishing ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// A new version.
    New(Commit),
    /// Another run published the same at the same time.
    SameAlready(Commit),
}

impl Audited<'_> {
    /// Publishes the candidate as `version`: the one after the latest when the run began, or the latest itself where
    /// its files are gone or cut. Whoever published in between was first. What is another than in the version `before` is told in
    /// the record, and it is signed with the `key`.
    ///
    /// # Errors
    /// Another run published something else first, the version is there with another manifest, or the store can't be written.
    pub async fn commit(
        self,
        version: VersionNumber,
        before: Option<&Manifest>,
        key: Option<&SigningKey>,
        observers: &Observers,
    ) -> Result<Published, PublishError> {
        let candidate = self.candidate();
        let Release { dataset, store, .. } = candidate.release;
        let log = VersionLog::new(store, &dataset.name);
        let folder = format!("v{version}-{}", candidate.key.short());
        let path = log.dataset_path().join(folder.clone());
        let tables = candidate.tables.iter();
        let mut files: Vec<(Path, Content<'_>)> = tables
            .map(|(name, (table, _))| (path.clone().join(format!("{name}.parquet")), Content::File(table.path())))
            .collect();
        let mut manifest = self.manifest(version).await?;
        let unwritable = |what| move |source| PublishError::Json { what, source };
        let package = json(&datapackage(dataset, &manifest)).map_err(unwritable(datapackage::FILE))?;
        manifest.datapackage_sha256 = Some(Digest::of(&package));
        let document = json(&manifest).map_err(unwritable(Manifest::FILE))?;
        let manifest_sha256 = Some(Digest::of(&document));
        // What is committed has the digest of its manifest: another is never written in that one's place.
        let committed = log.commit(version).await?.filter(|committed| committed.key == candidate.key);
        if let Some(committed) =
            committed.filter(|it| it.manifest_sha256.is_some() && it.manifest_sha256 != manifest_sha256)
        {
            return Err(PublishError::OtherManifest { committed });
        }
        files.push((path.clone().join(Manifest::FILE), Content::Bytes(document)));
        files.push((path.join(datapackage::FILE), Content::Bytes(package)));
        store.put_together(files).await?;
        for (name, (table, _)) in &candidate.tables {
            observers.tell(&Event::TableWritten { table: name.clone(), rows: table.entry().rows });
        }

        let committed_at = Timestamp::now().to_string();
        let steps = candidate.release.steps.all();
        let changes = before.map(|before| Before::new(before).changes(&manifest, steps)).unwrap_or_default();
        let restores = None;
        let commit = Commit {
            version,
            key: candidate.key,
            folder,
            manifest_sha256,
            changes,
            restores,
            signature: None,
            committed_at,
        }
        .signed(&dataset.name, key);
        let outcome = log.publish(&commit).await?;
        match outcome {
            CommitOutcome::Lost(winner) => Err(PublishError::Lost { winner }),
            CommitOutcome::Published => {
                observers.tell(&Event::Published {
                    dataset: dataset.name.clone(),
                    version: commit.version.to_string(),
                    key: commit.key.to_string(),
                });
                mend_latest(store, &dataset.name, &commit, observers).await;
                Ok(Published::New(commit))
            }
            CommitOutcome::SameAlready(theirs) => {
                // Whoever published it may have been killed before it said so to simple readers. The files of a version that
                // a later one restores are made again under its own number, and the later one is the latest.
                let latest = log.latest().await?.unwrap_or_else(|| theirs.clone());
                mend_latest(store, &dataset.name, &latest, observers).await;
                Ok(Published::SameAlready(theirs))
            }
        }
    }

    async fn manifest(&self, version: VersionNumber) -> Result<Manifest, PublishError> {
        let release = self.candidate().release;
        let mut extracts = Vec::new();
        for ExtractStep { extract, artefact, .. } in release.staged {
            let Some(record) = release.store.artefact(artefact).await? else {
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
        let models = release
            .steps
            .all()
            .iter()
            .map(|step| ModelEntry {
                model: step.model.clone(),
                year: step.calendar_year(),
                sql_sha256: step.sql,
                artefact: step.artefact.clone(),
            })
            .collect();
        let tables = self
            .candidate()
            .tables
            .iter()
            .map(|(name, (table, artefact))| {
                let file = format!("{name}.parquet");
                (name.clone(), PublishedEntry { file, entry: table.entry().clone(), artefact: artefact.clone() })
            })
            .collect();
        let audits = self
            .results()
            .iter()
            .map(|audit| {
                let severity = audit.severity.name().to_owned();
                (audit.name.clone(), AuditEntry { severity, offences: audit.offences, sql: audit.sql.clone() })
            })
            .collect();
        let audited: BTreeSet<&String> = release.audits().flat_map(|audit| audit.sql.tables.keys()).collect();
        let folder = |table: &String| Some((table.clone(), release.steps.models_of(table)?));
        let folders = audited.into_iter().filter_map(folder).collect();
        let mut not_judged = release.left_out().audits;
        not_judged.extend(self.not_compared().into_iter().flat_map(|it| it.audits));
        not_judged.sort();
        Ok(Manifest {
            format: 1,
            dataset: release.dataset.name.clone(),
            version,
            key: self.candidate().key,
            synthetic: release.is_synthetic(),
            sample: release.staged.iter().map(|staged| staged.extract.sample).min().unwrap_or_default(),
            disclosure_policy: release.policy(),
            hidden: self.candidate().hidden.counts.clone(),
            known_before: self.candidate().hidden.known_before.clone(),
            tool: TOOL.to_owned(),
            years: (release.availability.years.from, release.availability.years.to),
            reference_dates: release
                .availability
                .years
                .iter()
                .filter_map(|year| Some((year, release.pipeline.reference_date(year)?)))
                .collect(),
            awaited: release.availability.awaited_by_source(),
            left_out: release.left_out().tables,
            not_judged,
            compared_with: self.previous().version(),
            tables,
            extracts,
            models,
            audits,
            folders,
            masks: release.masks().map(|(table, mask)| (table.clone(), mask.statement(None).to_string())).collect(),
            datapackage_sha256: None,
        })
    }
}
