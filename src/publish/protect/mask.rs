//! The way from assembled tables to a candidate: every table that shows something hidden is written anew, without it.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use super::{History, protection, written};
use crate::definition::PublishedTable;
use crate::derive::{HIDDEN_CELL, SqlFile};
use crate::engine::{Table, Task};
use crate::publish::assemble::{Assembled, WrittenTable};
use crate::publish::candidate::Withheld;
use crate::publish::{Candidate, PublishError};

impl<'a> Assembled<'a> {
    /// Hides what tells of a few, given what earlier versions published. A dataset without a policy is published as it is.
    ///
    /// # Errors
    /// Figures can't be protected, a mask can't be run, or a file can't be read or written.
    pub async fn protect(mut self, history: History) -> Result<Candidate<'a>, PublishError> {
        let release = self.release;
        let values = release.disclosure.and_then(|policy| Some((policy, self.tables.get(&policy.values)?)));
        let Some((policy, values)) = values else { return Ok(Candidate::new(self, Withheld::default(), Vec::new())) };
        let protection = protection(&release, policy, &values.local, history).await?;
        let mut masked: BTreeMap<String, WrittenTable> = BTreeMap::new();
        for table in release.tables() {
            if let Some(mask) = release.graph.masks.get(&table.name) {
                masked.insert(table.name.clone(), self.masked(table, mask, &protection.rows).await?);
            }
        }
        self.tables.extend(masked);
        let values = &self.tables[&policy.values].local;
        let audits = protection.audit(policy, &written(&release, policy, values).await?);
        Ok(Candidate::new(self, protection.withheld, audits))
    }

    /// A table without what is hidden.
    async fn masked(
        &self,
        table: &PublishedTable,
        mask: &SqlFile,
        hidden: &RecordBatch,
    ) -> Result<WrittenTable, PublishError> {
        let release = self.release;
        let query = |source| PublishError::Query { what: mask.file.display().to_string(), source: Box::new(source) };
        let mut task = Task::new(mask.statement(None));
        for name in mask.tables.keys() {
            let rows = match name.as_str() {
                HIDDEN_CELL => Table::rows(hidden.clone()),
                _ => release.behind(name, self.tables.get(name).map(|it| &it.local)).await?,
            };
            task = task.with(name, rows);
        }
        let rows = release.engine.sorted(task).await.map_err(query)?;
        let artefact = self.tables[&table.name].artefact.clone();
        release.write(table, self.key, artefact, rows).await
    }
}
