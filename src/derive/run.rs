//! Running steps: query, sorted rows, Parquet, artefact.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::{Schema, SchemaRef};
use futures::{StreamExt, TryStreamExt, stream};
use tracing::debug;

use super::check::Catalogue;
use super::graph::Graph;
use super::step::{Input, Step};
use super::{DeriveError, SqlPlace};
use crate::engine::{Engine, RowsError, Table, Task};
use crate::observe::Progress;
use crate::store::{ArtefactDraft, LocalTable, Provenance, Store, StoreError, TableWriter};

/// Steps that run at once.
const STEPS_AT_ONCE: usize = 2;

/// What steps are run with: the models, the schemas of their tables, and the engine over the store that they go to.
#[derive(Debug, Clone, Copy)]
pub struct Runner<'a> {
    /// The models.
    pub graph: &'a Graph,
    /// The schema of every table.
    pub catalogue: &'a Catalogue,
    /// The engine.
    pub engine: &'a Engine,
}

impl Runner<'_> {
    /// Runs the steps, which have to come each after those it reads.
    ///
    /// # Errors
    /// The first step that failed.
    pub async fn run(&self, steps: &[Step], progress: &Progress) -> Result<(), DeriveError> {
        let bar = &progress.stage("derive", steps.len());
        for steps in rounds(steps) {
            stream::iter(steps)
                .map(|step| async move {
                    let result = self.step(step).await;
                    bar.advance(&step.model);
                    result
                })
                .buffered(STEPS_AT_ONCE)
                .try_collect::<()>()
                .await?;
        }
        Ok(())
    }

    async fn step(&self, step: &Step) -> Result<(), DeriveError> {
        let started = Instant::now();
        let (Some(model), Some(schema)) = (self.graph.model(&step.model), self.catalogue.schema(&step.model)) else {
            let at = SqlPlace { file: step.model.clone().into(), place: None };
            return Err(DeriveError::UnknownTable { at, name: step.model.clone(), closest: None, unused: None });
        };
        let failed = |source| DeriveError::Run {
            model: step.model.clone(),
            year: step.calendar_year(),
            source: Box::new(source),
        };
        let statement = model.sql.statement(step.year);
        let sql = statement.to_string();
        let mut task = Task::new(statement);
        for (name, inputs) in &step.inputs {
            task = task.with(name, table(self.engine.store(), self.catalogue, name, inputs).await?);
        }
        let mut rows = self.engine.sorted(task).await.map_err(failed)?.conformed(schema);
        let mut writer = TableWriter::new(Arc::clone(schema), &BTreeMap::new())?;
        let unfit = |error| match error {
            RowsError::Query(source) => failed(source),
            RowsError::Schema(source) => DeriveError::Rows { model: step.model.clone(), source },
        };
        while let Some(batch) = rows.next().await.map_err(unfit)? {
            writer.write(&batch)?;
        }
        let table = writer.finish()?;
        self.write(step, sql, &table).await?;
        debug!(
            model = step.model,
            year = step.calendar_year(),
            rows = table.entry().rows,
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "derived"
        );
        Ok(())
    }

    async fn write(&self, step: &Step, sql: String, table: &LocalTable) -> Result<(), DeriveError> {
        let mut draft = ArtefactDraft::new(self.engine.store(), step.artefact.clone());
        draft.add(&step.model, table).await?;
        let inputs = step.input_artefacts();
        let year = step.calendar_year();
        draft.complete(Provenance::Model { sql, sql_sha256: step.sql, year, inputs }).await?;
        Ok(())
    }
}

/// The steps in rounds: each reads what rounds before its own make, and nothing of its own round.
fn rounds(steps: &[Step]) -> Vec<Vec<&Step>> {
    let mut rounds: Vec<Vec<&Step>> = Vec::new();
    let mut round_of = BTreeMap::new();
    for step in steps {
        let read = step.inputs.values().flatten().filter_map(|input| round_of.get(&input.artefact));
        let round = read.max().map_or(0, |last: &usize| last + 1);
        round_of.insert(&step.artefact, round);
        if round == rounds.len() {
            rounds.push(Vec::new());
        }
        rounds[round].push(step);
    }
    rounds
}

/// The table behind a name, of files that are held to their artefacts' records.
///
/// # Errors
/// One of them is gone or damaged, or the store can't be read.
pub(crate) async fn table(
    store: &Store,
    catalogue: &Catalogue,
    name: &str,
    inputs: &[Input],
) -> Result<Table, StoreError> {
    let mut files = Vec::with_capacity(inputs.len());
    for input in inputs {
        files.push(store.url(&store.table(&input.artefact, &input.table).await?)?);
    }
    let empty = || SchemaRef::new(Schema::empty());
    Ok(Table::files(catalogue.schema(name).map_or_else(empty, Arc::clone), files))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Artefact, Digest, KeyBuilder, Zone};

    fn step(model: &str, reads: &[&str]) -> Step {
        let artefact = |name: &str| Artefact {
            zone: Zone::Derived,
            name: name.to_owned(),
            key: KeyBuilder::new("test").field("model", name).finish(),
        };
        let input =
            |name: &&str| ((*name).to_owned(), vec![Input { artefact: artefact(name), table: (*name).to_owned() }]);
        Step {
            model: model.to_owned(),
            sql: Digest::of(model),
            year: None,
            artefact: artefact(model),
            inputs: reads.iter().map(input).collect(),
        }
    }

    #[test]
    fn a_step_comes_in_a_round_after_all_that_it_reads() {
        let steps =
            [step("a", &["staged"]), step("b", &["a"]), step("c", &[]), step("d", &["b", "c"]), step("e", &["a"])];
        let rounds = rounds(&steps);
        let names: Vec<Vec<&str>> =
            rounds.iter().map(|round| round.iter().map(|step| step.model.as_str()).collect()).collect();
        assert_eq!(names, [vec!["a", "c"], vec!["b", "e"], vec!["d"]]);
    }
}
