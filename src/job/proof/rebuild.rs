//! A version derived again, from its extracts as they were staged, into a store that is gone afterwards.
//!
//! What its records say was run is run again, whatever the models say today. Files that were changed together with their
//! records hold to them, and are found here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::util::display::array_value_to_string;

use super::inspected::{Finding, Inspected, Part, Proving};
use crate::derive::{Catalogue, DeriveError, HIDDEN_CELL, OtherMaker, Rebuilding, Rebuilt, Recorded, named_tables};
use crate::engine::{DataFile, RowOrder, Table, Task, quoted};
use crate::job::JobError;
use crate::publish::{Attacking, PublishError, PublishedEntry};
use crate::store::{Artefact, ArtefactKey, Store, StoreError, TableEntry};

impl Proving<'_> {
    /// Derives the version's tables again and compares each with its record, byte for byte; the published ones without what
    /// `attacking` says is hidden.
    ///
    /// # Errors
    /// Another release derived it, a step fails, or the disk can't be written.
    pub(super) async fn rebuild(
        &self,
        catalogue: Option<&Catalogue>,
        attacking: &Attacking,
    ) -> Result<Inspected, JobError> {
        let manifest = &self.version.manifest;
        let mut checked = Inspected { bytes: Some(0), ..Inspected::new(Part::Rebuilt) };
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
        let to = Store::open(&folder.path().to_string_lossy(), folder.path())?.with(self.store.at_rest().clone());
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
        let made = Made { to: &to, rebuilt: &rebuilt };
        for (name, table) in &manifest.tables {
            let path = self.version.commit.path(&manifest.dataset).join(table.file.as_str()).to_string();
            let task = match self.publishing(name, table, &made, attacking)? {
                Publishing::By(task) => *task,
                Publishing::NotDerived => continue,
                Publishing::NotJudged(why) => {
                    checked.not_judged.push(Finding::new(path, why));
                    continue;
                }
            };
            match self.version.remade(self.store, &self.engine, name, task).await {
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

    /// How a published table is made again: by all rows of the derived one, or what its mask leaves of them.
    fn publishing(
        &self,
        name: &str,
        table: &PublishedEntry,
        made: &Made<'_>,
        attacking: &Attacking,
    ) -> Result<Publishing, JobError> {
        let manifest = &self.version.manifest;
        let failed = |source| PublishError::Query { what: name.to_owned(), source: Box::new(source) };
        let Some(mask) = manifest.masks.get(name) else {
            let query = self.engine.parse(&format!("SELECT * FROM {}", quoted(name))).map_err(failed)?;
            let derived = made.table(name, [&table.artefact].into_iter())?;
            return Ok(match derived {
                Some(derived) => Publishing::By(Box::new(Task::new(query).with(name, derived))),
                None => Publishing::NotDerived,
            });
        };
        if let Some(why) = attacking.why_not() {
            return Ok(Publishing::NotJudged(format!("what is hidden of it is not known: {why}")));
        }
        let Attacking::Attacked(attacked) = attacking else {
            return Ok(Publishing::NotJudged("it has a mask, and the version has no policy".to_owned()));
        };
        let hidden = &attacked.hidden;
        let statement = self.engine.parse(mask).map_err(failed)?;
        let mut task = Task::new(statement.clone());
        for (_, read) in named_tables(&statement).map_err(failed)? {
            let behind = manifest.models.iter().filter(|entry| entry.model == read).map(|entry| &entry.artefact);
            let rows = match read.as_str() {
                HIDDEN_CELL => Some(Table::rows(hidden.clone())),
                _ => made.table(&read, behind)?,
            };
            let Some(rows) = rows else {
                return Ok(Publishing::NotJudged(format!("its mask reads `{read}`, which was not derived again")));
            };
            task = task.with(&read, rows);
        }
        Ok(Publishing::By(Box::new(task)))
    }

    /// In how many rows a table differs from what it was, where what it was can still be read.
    async fn difference(&self, step: &Recorded, to: &Store, now: &TableEntry) -> String {
        let artefact = step.artefact();
        let rows = async {
            let path = self.store.table(artefact, &artefact.name).await.ok()?;
            // As often as a row was there more than it is now.
            let query = "SELECT COALESCE(SUM(missing), 0) AS rows FROM ( \
                         SELECT * EXCLUDE (__side), SUM(__side) AS missing FROM ( \
                         SELECT *, 1 AS __side FROM was UNION ALL SELECT *, -1 AS __side FROM made) AS sides \
                         GROUP BY ALL) AS counted WHERE missing > 0";
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

/// How a published table is made again.
enum Publishing {
    /// By this query.
    By(Box<Task>),
    /// The table behind it was not derived again.
    NotDerived,
    /// Nobody knows what is hidden of it, and why.
    NotJudged(String),
}

/// What was derived again, and where it lies.
struct Made<'a> {
    to: &'a Store,
    rebuilt: &'a BTreeMap<ArtefactKey, Rebuilt>,
}

impl Made<'_> {
    /// A table of these artefacts; `None` unless all of them were made.
    fn table<'a>(
        &self,
        name: &str,
        artefacts: impl Iterator<Item = &'a Artefact>,
    ) -> Result<Option<Table>, StoreError> {
        let (mut schema, mut files) = (None, Vec::new());
        for artefact in artefacts {
            let Some(rebuilt) = self.rebuilt.get(&artefact.key) else { return Ok(None) };
            files.push(DataFile { url: self.to.url(&artefact.table_path(name))?, bytes: rebuilt.entry.bytes });
            schema = Some(Arc::clone(&rebuilt.schema));
        }
        // Of several years' files each is in order, and all together are not.
        let order = if files.len() == 1 { RowOrder::AllColumns } else { RowOrder::Unknown };
        Ok(schema.map(|schema| Table::files(schema, files, order)))
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
