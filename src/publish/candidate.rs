//! The candidate: what is left of assembled tables when what tells of a few is hidden.

use std::collections::{BTreeMap, BTreeSet};

use super::assemble::{Assembled, WrittenTable};
use super::{AuditResult, Release};
use crate::store::{Artefact, ArtefactKey, LocalTable};

/// How much is hidden of a version.
#[derive(Debug, Clone, Default)]
pub(super) struct Withheld {
    /// How many figures are hidden since they tell of a few, by indicator and level.
    pub(super) counts: BTreeMap<String, BTreeMap<String, u64>>,
    /// Figures that tell of a few and that an earlier version published: nothing can take them back.
    pub(super) known_before: BTreeSet<String>,
}

/// A dataset version that nobody has seen yet, and that no audit has judged. The one way on is [`Candidate::audit`].
#[derive(Debug)]
pub struct Candidate<'a> {
    pub(super) release: Release<'a>,
    pub(super) key: ArtefactKey,
    /// Its tables, with the derived artefacts behind them.
    pub(super) tables: BTreeMap<String, (LocalTable, Artefact)>,
    /// What the audits found that are no SQL: of the published schema, and of what is hidden.
    pub(super) built_in_audits: Vec<AuditResult>,
    /// What is hidden.
    pub(super) hidden: Withheld,
}

impl<'a> Candidate<'a> {
    /// What is left of assembled tables, and what the attack on it found.
    pub(super) fn new(assembled: Assembled<'a>, hidden: Withheld, attack: Vec<AuditResult>) -> Self {
        let Assembled { release, key, tables } = assembled;
        let mut audits = Vec::new();
        let mut kept = BTreeMap::new();
        for (name, WrittenTable { local, artefact, audit }) in tables {
            audits.push(audit);
            kept.insert(name, (local, artefact));
        }
        audits.extend(attack);
        Self { release, key, tables: kept, built_in_audits: audits, hidden }
    }
}
