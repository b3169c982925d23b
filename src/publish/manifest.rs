//! `manifest.json`: what a version is made of. It has no clock in it: the same content, the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::pull::{Place, Sample};
use crate::store::{Artefact, ArtefactKey, Digest, TableEntry, VersionNumber};

/// A version's manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this document's layout.
    pub format: u32,
    /// The dataset.
    pub dataset: String,
    /// The version.
    pub version: VersionNumber,
    /// The digest of all that determines it.
    pub key: ArtefactKey,
    /// Derived from synthetic extracts: its figures are of no real country.
    pub synthetic: bool,
    /// The smallest share of the people, in millionths, that an extract is about: figures that need
    /// everybody are not derivable from less than all of them.
    pub sample: Sample,
    /// How small numbers are protected: the digest of the policy, or `none`.
    pub disclosure_policy: String,
    /// How many figures are hidden since they tell of a few, by indicator and level.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hidden: BTreeMap<String, BTreeMap<String, u64>>,
    /// Figures that tell of a few, and that an earlier version published: they are known.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub known_before: BTreeSet<String>,
    /// What made it.
    pub tool: String,
    /// The first and the last year.
    pub years: (i16, i16),
    /// The reference dates, by year.
    pub reference_dates: BTreeMap<i16, Date>,
    /// The extracts that are awaited: the years, by source.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub awaited: BTreeMap<String, Vec<i16>>,
    /// The tables of the schema that are not published, since nothing of what they tell of is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The audits that could not judge, since nothing is there of a table that they read, or since the version before has
    /// another schema than they compare it in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<String>,
    /// The version that audits compared this one with: the one before it, where an audit asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<VersionNumber>,
    /// The published tables.
    pub tables: BTreeMap<String, PublishedEntry>,
    /// The extracts behind them.
    pub extracts: Vec<ExtractEntry>,
    /// The models behind them.
    pub models: Vec<ModelEntry>,
    /// What the audits found.
    pub audits: BTreeMap<String, AuditEntry>,
    /// The models behind each folder's name that an audit reads.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub folders: BTreeMap<String, Vec<String>>,
    /// The queries that took what is hidden out of tables, by the table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub masks: BTreeMap<String, String>,
    /// Digest of `datapackage.json`; nothing in the manifests of earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datapackage_sha256: Option<Digest>,
}

/// A published table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedEntry {
    /// The file, below the version's folder.
    pub file: String,
    /// Its rows, bytes and digest.
    #[serde(flatten)]
    pub entry: TableEntry,
    /// The derived artefact it was made of.
    pub artefact: Artefact,
}

/// An extract behind a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtractEntry {
    /// The source.
    pub source: String,
    /// The file.
    pub file: String,
    /// Digest of the file.
    pub sha256: Digest,
    /// Digest of the contract it was read under.
    pub contract: Digest,
    /// The year it serves; `None` for every year.
    pub year: Option<i16>,
    /// The day the register was drawn.
    pub extract_date: Option<Date>,
    /// The share of the people that it is about, in millionths.
    pub sample: Sample,
    /// The staged artefact.
    pub artefact: Artefact,
    /// Rows of each of its tables.
    pub rows: BTreeMap<String, u64>,
}

impl ExtractEntry {
    /// Where it stands among all extracts.
    pub fn place(&self) -> Place<'_> {
        (&self.source, self.year, &self.file)
    }
}

/// A model behind a version, for one year or for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelEntry {
    /// The model.
    pub model: String,
    /// The year.
    pub year: Option<i16>,
    /// Digest of its SQL.
    pub sql_sha256: Digest,
    /// What it made.
    pub artefact: Artefact,
}

/// An audit of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// `error` or `warn`.
    pub severity: String,
    /// Offending rows; above zero only where the severity is `warn`.
    pub offences: u64,
    /// Its SQL, so that it can be run again; none for the audits of the published schema, and in the manifests of earlier
    /// releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
}

impl Manifest {
    /// The document's name in the version's folder.
    pub(super) const FILE: &'static str = "manifest.json";
}

/// A document as it lies beside the tables.
pub(super) fn json(document: &impl Serialize) -> Result<Bytes, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(document)?;
    bytes.push(b'\n');
    Ok(bytes.into())
}
