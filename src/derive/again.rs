//! Steps whose tables are as they were: what the latest version has of them is taken over, and they are not run.
//!
//! A key tells what a table is made of, not what is in it: of a corrected row follows a new key for all that reads the
//! register, the most of which says the same as before. The bytes tell it. A step whose SQL and whose tables' bytes are
//! those of the latest version's would write that version's table, so that is copied under the new key.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::FORMAT;
use super::step::Step;
use crate::engine::RELEASE;
use crate::store::{Artefact, Digest, Provenance, Store, StoreError, TableEntry};

/// Bytes of a table that is taken over: it is held in memory on the way, and larger ones are made anew.
const MOST_BYTES: u64 = 16 << 20;

/// What the latest version was derived from.
#[derive(Debug, Clone, Default)]
pub struct Earlier(BTreeMap<(String, Option<i16>), Artefact>);

impl Earlier {
    /// These artefacts, each of a model for a year or for all.
    pub fn new(artefacts: impl IntoIterator<Item = (String, Option<i16>, Artefact)>) -> Self {
        Self(artefacts.into_iter().map(|(model, year, artefact)| ((model, year), artefact)).collect())
    }

    /// What was made by the step before.
    pub(super) fn of(&self, step: &Step) -> Option<Artefact> {
        self.0.get(&(step.model.clone(), step.calendar_year())).cloned()
    }
}

/// What derives tables: another engine may write the same rows as other bytes.
pub(super) fn maker() -> String {
    format!("{FORMAT} {RELEASE}")
}

/// The table that a step would make of `sql`, if `earlier` was made of the same bytes.
///
/// # Errors
/// The store can't be read, or a record in it is damaged.
pub(super) async fn same(
    store: &Store,
    step: &Step,
    sql: &str,
    earlier: &Artefact,
) -> Result<Option<(Bytes, TableEntry)>, StoreError> {
    let Some(record) = store.artefact(earlier).await? else { return Ok(None) };
    let Provenance::Model { sql: sql_then, maker: maker_then, reference_date, inputs: inputs_then, .. } =
        &record.provenance
    else {
        return Ok(None);
    };
    let Some(entry) = record.tables.get(&step.model).filter(|entry| entry.bytes <= MOST_BYTES) else {
        return Ok(None);
    };
    let is_of_the_day = *reference_date == step.reference_date();
    if sql_then != sql || !is_of_the_day || *maker_then != maker() || !inputs_then.keys().eq(step.inputs.keys()) {
        return Ok(None);
    }
    for (now, then) in step.inputs.values().zip(inputs_then.values()) {
        if now.len() != then.len() {
            return Ok(None);
        }
        for (now, then) in now.iter().zip(then) {
            if now.artefact == *then {
                continue;
            }
            let bytes_now = store.entry(&now.artefact, &now.table).await?;
            if bytes_now.is_none() || bytes_now != store.entry(then, &now.table).await? {
                return Ok(None);
            }
        }
    }
    let bytes = store.get(&earlier.table_path(&step.model)).await?;
    Ok(bytes.filter(|bytes| Digest::of(bytes) == entry.sha256).map(|bytes| (bytes, entry.clone())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use super::*;
    use crate::derive::step::Input;
    use crate::store::{ArtefactDraft, KeyBuilder, Zone};

    fn artefact(zone: Zone, name: &str, key: &str) -> Artefact {
        Artefact { zone, name: name.to_owned(), key: KeyBuilder::new("test").field("key", key).finish() }
    }

    async fn made(store: &Store, artefact: &Artefact, table: &'static str, provenance: Provenance) {
        let bytes = Bytes::from_static(table.as_bytes());
        let entry = TableEntry { rows: 1, bytes: bytes.len() as u64, sha256: Digest::of(&bytes) };
        let mut draft = ArtefactDraft::new(store, artefact.clone());
        draft.copy(&artefact.name, bytes, entry).await.unwrap();
        draft.complete(provenance).await.unwrap();
    }

    fn model(sql: &str, maker: String, read: &Artefact) -> Provenance {
        let inputs = [(read.name.clone(), vec![read.clone()])].into();
        Provenance::Model {
            sql: sql.to_owned(),
            sql_sha256: Digest::of(sql),
            maker,
            year: None,
            reference_date: None,
            inputs,
        }
    }

    #[tokio::test]
    async fn a_table_is_taken_over_where_sql_and_bytes_are_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open("store", folder.path()).unwrap();
        let read = |key: &str| artefact(Zone::Staged, "read", key);
        let none = || model("", String::new(), &read("before"));
        made(&store, &read("before"), "rows", none()).await;
        made(&store, &read("corrected elsewhere"), "rows", none()).await;
        made(&store, &read("corrected"), "other rows", none()).await;
        let earlier = artefact(Zone::Derived, "made", "before");
        made(&store, &earlier, "what was made", model("SELECT 1", maker(), &read("before"))).await;
        let older = artefact(Zone::Derived, "made", "by another");
        made(&store, &older, "what was made", model("SELECT 1", "derive/0 1.0".to_owned(), &read("before"))).await;

        let step = |inputs: Vec<&str>| Step {
            model: "made".to_owned(),
            sql: Digest::of("SELECT 1"),
            year: None,
            artefact: artefact(Zone::Derived, "made", "now"),
            inputs: [(
                "read".to_owned(),
                inputs.into_iter().map(|key| Input { artefact: read(key), table: "read".to_owned() }).collect(),
            )]
            .into(),
        };
        let elsewhere = step(vec!["corrected elsewhere"]);
        let taken = same(&store, &elsewhere, "SELECT 1", &earlier).await.unwrap();
        assert_eq!(taken.unwrap().0, "what was made");
        let others = [
            (step(vec!["corrected"]), "SELECT 1", &earlier),
            (step(vec!["corrected elsewhere", "before"]), "SELECT 1", &earlier),
            (step(vec!["corrected elsewhere"]), "SELECT 2", &earlier),
            (step(vec!["corrected elsewhere"]), "SELECT 1", &older),
            (step(vec!["is nowhere"]), "SELECT 1", &earlier),
        ];
        for (step, sql, earlier) in others {
            assert_eq!(same(&store, &step, sql, earlier).await.unwrap(), None, "{sql} {:?}", step.inputs);
        }
        // What is no longer what it was is not taken over.
        std::fs::write(folder.path().join("store").join(earlier.table_path("made").to_string()), "damaged bytes")
            .unwrap();
        assert_eq!(same(&store, &elsewhere, "SELECT 1", &earlier).await.unwrap(), None);
    }
}
