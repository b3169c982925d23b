//! Every artefact behind a version: its record, its tables, and whether it is what those above it say.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};

use super::inspected::{Inspected, Part};
use crate::derive::{HIDDEN_CELL, Recorded};
use crate::publish::{ExtractEntry, PublishedVersion};
use crate::store::{Artefact, ArtefactRecord, Lying, Provenance, Store, StoreError, Tally, Zone, proven};

/// Artefacts that are held to their records at once.
const AT_ONCE: usize = 16;

/// Holds all that the manifest leads to. Answers the steps whose records can be believed, too.
pub(super) async fn hold(
    store: &Store,
    version: &PublishedVersion,
) -> Result<(Vec<Inspected>, Vec<Recorded>), StoreError> {
    let manifest = &version.manifest;
    let models = manifest.models.iter().map(|entry| &entry.artefact);
    let extracts = manifest.extracts.iter().map(|entry| &entry.artefact);
    let known: BTreeSet<&Artefact> = models.clone().chain(extracts.clone()).collect();
    let mut derived = Tally::default();
    let mut steps = Vec::with_capacity(manifest.models.len());
    for (entry, record) in manifest.models.iter().zip(records(store, models, &mut derived).await?) {
        let Some(record) = record else { continue };
        let step = Recorded::of(&record);
        let is_entry = |step: &Recorded| {
            matches!(&record.provenance, Provenance::Model { year, .. } if *year == entry.year)
                && step.sql_sha256() == entry.sql_sha256
        };
        let fault = match &step {
            None => Some("it does not say by which query it was made".to_owned()),
            Some(step) if !step.is_named_rightly() => {
                Some("its key does not follow from what it says that it was made of".to_owned())
            }
            Some(step) if !is_entry(step) => Some("it is of another query or year than the manifest says".to_owned()),
            Some(step) => {
                let strange = step.inputs().find(|(_, input)| !known.contains(input));
                strange.map(|(table, input)| format!("it read `{table}` of {input}, which the manifest does not know"))
            }
        };
        if let Some(fault) = fault {
            derived.wrong.push(store.damaged(&record.artefact.record_path(), &fault));
        }
        steps.extend(step);
    }
    for table in manifest.tables.values().filter(|table| !known.contains(&table.artefact)) {
        let fault = format!("the manifest makes `{}` of it, and does not know it among its models", table.file);
        derived.wrong.push(store.damaged(&table.artefact.record_path(), &fault));
    }
    let mut staged = Tally::default();
    for (entry, record) in manifest.extracts.iter().zip(records(store, extracts, &mut staged).await?) {
        if let Some(record) = record.filter(|record| !is_of(record, entry)) {
            let fault = "it is of another extract than the manifest says";
            staged.wrong.push(store.damaged(&record.artefact.record_path(), fault));
        }
    }
    let mut checked = vec![Inspected::files(Part::Derived, derived), Inspected::files(Part::Staged, staged)];
    // No manifest names them: a later version reads what an earlier one found.
    let lying = store.lying_under(Zone::Derived, HIDDEN_CELL).await?;
    let lying: Vec<Artefact> = lying.into_iter().filter(Lying::has_record).filter_map(|it| it.artefact).collect();
    if !lying.is_empty() {
        let mut patterns = Tally::default();
        records(store, lying.iter(), &mut patterns).await?;
        checked.push(Inspected::files(Part::Patterns, patterns));
    }
    Ok((checked, steps))
}

/// The records of artefacts that can be believed, in their order.
async fn records(
    store: &Store,
    artefacts: impl Iterator<Item = &Artefact>,
    tally: &mut Tally,
) -> Result<Vec<Option<ArtefactRecord>>, StoreError> {
    let held: Vec<_> =
        stream::iter(artefacts).map(|artefact| proven(store, artefact)).buffered(AT_ONCE).try_collect().await?;
    let mut records = Vec::with_capacity(held.len());
    for (record, held) in held {
        tally.add(held);
        records.push(record);
    }
    Ok(records)
}

/// Whether a record says of its extract what the manifest says.
fn is_of(record: &ArtefactRecord, entry: &ExtractEntry) -> bool {
    let Provenance::Extract { file, sha256, contract, year, extract_date, .. } = &record.provenance else {
        return false;
    };
    let rows = record.tables.iter().map(|(table, entry)| (table, entry.rows));
    (file, sha256, contract, year, extract_date)
        == (&entry.file, &entry.sha256, &entry.contract, &entry.year, &entry.extract_date)
        && rows.eq(entry.rows.iter().map(|(table, rows)| (table, *rows)))
}
