//! The artefacts that extracts become: their keys, before an extract is read.

use std::collections::BTreeMap;

use super::check::PseudonymKey;
use super::find::Extract;
use crate::definition::{CodeLists, Contract, Project};
use crate::store::{Artefact, KeyBuilder, KeyId, Zone};

/// Changes when the same extract under the same contract would be staged differently.
const FORMAT: &str = "pull/14";

/// The keys that show in what is staged, and by their ids in its name.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a> {
    /// What makes pseudonyms.
    pub pseudonyms: &'a PseudonymKey,
    /// What tables are encrypted with.
    pub encryption: Option<KeyId>,
}

/// An extract, the staged artefact that it is or will become, and those that its foreign keys refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractStep {
    /// The extract.
    pub extract: Extract,
    /// Its artefact.
    pub artefact: Artefact,
    /// The artefacts that its foreign keys refer to, by table.
    pub refers_to: BTreeMap<String, Vec<Artefact>>,
}

/// The staged artefacts that the extracts become. The keys of those referred to are part of the key.
pub fn plan(extracts: Vec<Extract>, project: &Project, code_lists: &CodeLists, keys: Keys<'_>) -> Vec<ExtractStep> {
    let nothing = BTreeMap::new();
    let contract_of = |extract: &Extract| project.contracts.get(&extract.source);
    let alone: Vec<(&Extract, Artefact)> = extracts
        .iter()
        .filter_map(|extract| {
            let contract = contract_of(extract).filter(|contract| contract.references().is_empty())?;
            Some((extract, staged_artefact(extract, contract, code_lists, keys, &nothing)))
        })
        .collect();
    let referred = |extract: &Extract, table: &str| -> Vec<Artefact> {
        let Some(owner) = project.source_of(table) else { return Vec::new() };
        let serves = |other: &Extract| other.source == owner.name && (!owner.yearly || other.year == extract.year);
        alone.iter().filter(|(other, _)| serves(other)).map(|(_, artefact)| artefact.clone()).collect()
    };
    let refers_to: Vec<BTreeMap<String, Vec<Artefact>>> = extracts
        .iter()
        .map(|extract| {
            let references = contract_of(extract).map(Contract::references).unwrap_or_default();
            references.into_iter().map(|to| (to.table.clone(), referred(extract, &to.table))).collect()
        })
        .collect();
    extracts
        .iter()
        .zip(refers_to)
        .filter_map(|(extract, refers_to)| {
            let artefact = staged_artefact(extract, contract_of(extract)?, code_lists, keys, &refers_to);
            Some(ExtractStep { extract: extract.clone(), artefact, refers_to })
        })
        .collect()
}

/// The staged artefact that an extract becomes.
fn staged_artefact(
    extract: &Extract,
    contract: &Contract,
    code_lists: &CodeLists,
    keys: Keys<'_>,
    refers_to: &BTreeMap<String, Vec<Artefact>>,
) -> Artefact {
    let mut builder = KeyBuilder::new(FORMAT)
        .field("extract", extract.sha256.to_string())
        .field("file", &extract.file)
        .field("contract", contract.digest.to_string())
        .field("pseudonym key", keys.pseudonyms.id())
        .encrypted_with(keys.encryption)
        .field("synthetic", extract.synthetic.to_string())
        .field("sample", extract.sample.millionths().to_string());
    if let Some(fault) = &extract.fault {
        // No file has this key: without its bytes it is no other's artefact.
        builder = builder.field("fault", fault);
    }
    for list in contract.code_lists() {
        for code in code_lists.get(list).into_iter().flatten() {
            builder = builder.field(list, code);
        }
    }
    for (table, artefacts) in refers_to {
        for artefact in artefacts {
            builder = builder.field(table, artefact.key.to_string());
        }
    }
    Artefact { zone: Zone::Staged, name: contract.name.clone(), key: builder.finish() }
}

/// The artefact that keeps the rejects of an extract that was refused.
pub fn refused_artefact(staged: &Artefact) -> Artefact {
    Artefact { zone: Zone::Refused, ..staged.clone() }
}
