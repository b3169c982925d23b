//! A version derived again, from its extracts as they were staged, into a store that is gone afterwards.
//!
//! What its records say was run is run again, whatever the models say today. Files that were changed together with their
//! records hold to them, and are found here.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::util::display::array_value_to_string;

use super::inspected::{Finding, Inspected, Part, Proving};
use crate::derive::{Catalogue, DeriveError, OtherMaker, Rebuilding, Recorded};
use crate::engine::{DataFile, RowOrder, Table, Task};
use crate::job::JobError;
use crate::publish::PublishError;
use crate::store::{Artefact, Store, StoreError, TableEntry};

/// The policy of a version whose published values are those that were derived.
const NO_POLICY: &str = "none";

impl Proving<'_> {
    /// Derives the version's tables again and compares each with its record, byte for byte.
    ///
    /// # Errors
    /// Another release derived it, a step fails, or the disk can't be written.
    pub(super) async fn rebuild(&self, catalogue: Option<&Catalogue>) -> Result<Inspected, JobError> {
        let manifest = &self.version.manifest;
        let mut checked =
            Inspected { part: Part::Rebuilt, good: 0, bytes: Some(0), findings: Vec::new(), not_judged: Vec::new() };
        let makers: BTreeSet<OtherMaker> = Recorded::other_makers(self.steps.iter());
        if !makers.is_empty() {
            return Err(JobError::OtherMakers {
                dataset: manifest.dataset.clone(),
                version: manifest.version.to_string(),
                tool: manifest.tool.clone(),
                makers: makers.into_iter().collect(),
            });
        }
        let known: BTreeSet<&Artefact> = self.steps.iter().map(Recorded::artefact).collect();
        if let Some(unknown) = manifest.models.iter().find(|entry| !known.contains(&entry.artefact)) {
            let said = "its SQL is in a record that can't be believed: nothing is derived again";
            checked.not_judged.push(Finding::new(unknown.artefact.record_path().to_string(), said));
            return Ok(checked);
        }
        let folder = tempfile::tempdir().map_err(|source| StoreError::File {
            action: "make",
            path: std::env::temp_dir(),
            source,
        })?;
        let to = Store::open(&folder.path().to_string_lossy(), folder.path())?;
        let rebuilding = Rebuilding { from: self.store, to: &to, engine: &self.engine, catalogue };
        let rebuilt = match rebuilding.run(&self.steps).await {
            Ok(rebuilt) => rebuilt,
            Err(DeriveError::Store(error)) => match Finding::of(&error) {
                Some(damaged) => {
                    checked
                        .not_judged
                        .push(Finding { said: format!("{}: nothing is derived again", damaged.said), ..damaged });
                    return Ok(checked);
                }
                None => return Err(error.into()),
            },
            Err(error) => return Err(error.into()),
        };
        for step in &self.steps {
            let (artefact, Some(now)) = (step.artefact(), rebuilt.get(&step.artefact().key)) else { continue };
            let path = artefact.table_path(&artefact.name);
            if step.is_fact() {
                let said = "no query made it: the run knew which extracts were there. It is taken as its record has it";
                checked.not_judged.push(Finding::new(path.to_string(), said));
            } else if now.entry.sha256 == step.entry.sha256 {
                checked.count(&now.entry);
            } else {
                let said = match now.follows {
                    true => "derived again it is another table, as one that it reads is".to_owned(),
                    false => self.difference(step, &to, &now.entry).await,
                };
                checked.findings.push(Finding::new(path.to_string(), said));
            }
        }
        if manifest.disclosure_policy != NO_POLICY {
            let said =
                format!("values are hidden in it ({}): its tables are not made again", manifest.disclosure_policy);
            checked.not_judged.push(Finding::new(self.version.commit.path(&manifest.dataset).to_string(), said));
            return Ok(checked);
        }
        for (name, table) in &manifest.tables {
            let Some(now) = rebuilt.get(&table.artefact.key) else { continue };
            let file = DataFile { url: to.url(&table.artefact.table_path(name))?, bytes: now.entry.bytes };
            let derived = Table::files(Arc::clone(&now.schema), vec![file], RowOrder::AllColumns);
            let path = self.version.commit.path(&manifest.dataset).join(table.file.as_str()).to_string();
            match self.version.remade(self.store, &self.engine, name, derived).await {
                Ok(entry) if entry.sha256 == table.entry.sha256 => checked.count(&entry),
                Ok(entry) => {
                    let said = format!("made again it is another table: {}", in_words(&table.entry, &entry));
                    checked.findings.push(Finding::new(path, said));
                }
                Err(PublishError::Store(error)) if error.finding().is_some() => {
                    checked.not_judged.extend(Finding::of(&error));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(checked)
    }

    /// In how many rows a table differs from what it was, where what it was can still be read.
    async fn difference(&self, step: &Recorded, to: &Store, now: &TableEntry) -> String {
        let artefact = step.artefact();
        let path = artefact.table_path(&artefact.name);
        let rows = async {
            self.store.hold(&path, &step.entry).await.ok()?;
            let query = "SELECT COUNT(*) AS rows FROM (SELECT * FROM was EXCEPT ALL SELECT * FROM made)";
            let task = Task::new(self.engine.parse(query).ok()?)
                .with("was", Table::found(vec![self.store.url(&path).ok()?]))
                .with("made", Table::found(vec![to.url(&path).ok()?]));
            let batches = self.engine.answer(task).await.ok()?.collect().await.ok()?;
            array_value_to_string(batches.first()?.column(0), 0).ok()
        };
        let other = match rows.await.as_deref() {
            Some("0") | None => String::new(),
            Some(rows) => format!("{rows} of its rows are not made, "),
        };
        format!("derived again it is another table: {other}{}", in_words(&step.entry, now))
    }
}

impl Inspected {
    fn count(&mut self, entry: &TableEntry) {
        self.good += 1;
        self.bytes = self.bytes.map(|bytes| bytes + entry.bytes);
    }
}

fn in_words(was: &TableEntry, now: &TableEntry) -> String {
    format!("{} rows, SHA-256 {}, and it was {} rows, {}", now.rows, now.sha256.short(), was.rows, was.sha256.short())
}
