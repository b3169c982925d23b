//! The version that the new one would follow, as audits compare the candidate with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{PublishError, PublishedVersion, Release, Tables};
use crate::definition::PublishedTable;
use crate::derive::{Audit, Relation};
use crate::engine::{DataFile, Engine, RowOrder, Table, Task, arrow_type, quoted};
use crate::store::{Commit, Store, VersionNumber};

/// The tables of the version before that audits read.
#[derive(Debug, Default)]
pub struct Previous {
    /// The version; `None` where there is none, or no audit asks.
    version: Option<VersionNumber>,
    /// By the name that audits have for it.
    tables: BTreeMap<String, Table>,
    /// The tables whose rows can't be compared, and why.
    misfits: BTreeMap<String, String>,
}

/// Audits that could not compare with the version before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCompared {
    /// The version before.
    pub version: VersionNumber,
    /// The audits.
    pub audits: Vec<String>,
    /// The tables that keep them from it, each with the reason.
    pub tables: Vec<(String, String)>,
}

impl Release<'_> {
    /// What the audits read of the version that `commit` made visible. A table that it does not have, or no version at all,
    /// has no rows.
    ///
    /// # Errors
    /// A file is gone or damaged, or the store can't be read.
    pub async fn previous(&self, commit: Option<Commit>) -> Result<Previous, PublishError> {
        let mut previous = Previous::default();
        let named: Vec<(&String, &PublishedTable)> = self.previous_tables().collect();
        let Some(commit) = commit.filter(|_| !named.is_empty()) else { return Ok(previous) };
        let Self { store, engine, dataset, .. } = self;
        let version = PublishedVersion::of(store, &dataset.name, commit).await?;
        previous.version = Some(version.commit.version);
        for (name, table) in named {
            let Some(file) = data_file(&version, store, &table.name).await? else { continue };
            match misfit(engine, table, &file).await? {
                Some(why) => drop(previous.misfits.insert(name.clone(), why)),
                None => {
                    let Some(schema) = self.catalogue.schema(name) else { continue };
                    previous
                        .tables
                        .insert(name.clone(), Table::files(Arc::clone(schema), vec![file], RowOrder::Unknown));
                }
            }
        }
        Ok(previous)
    }

    /// The tables of the version before that audits name, each with the published table that it is.
    fn previous_tables(&self) -> impl Iterator<Item = (&'_ String, &'_ PublishedTable)> {
        self.graph.relations.iter().filter_map(|(name, relation)| {
            let Relation::Previous { table } = relation else { return None };
            self.audits().find(|audit| audit.sql.tables.contains_key(name))?;
            Some((name, self.dataset.tables.iter().find(|published| published.name == *table)?))
        })
    }
}

impl Previous {
    /// The version that audits compare the candidate with.
    pub(super) fn version(&self) -> Option<VersionNumber> {
        self.version
    }

    /// The rows behind an audit's name for a table of the version before.
    pub(super) fn table(&self, name: &str) -> Option<Table> {
        self.tables.get(name).cloned()
    }

    /// Whether an audit reads a table that can't be compared with.
    pub(super) fn keeps_from(&self, audit: &Audit) -> bool {
        audit.sql.tables.keys().any(|table| self.misfits.contains_key(table))
    }

    /// The audits of a release that could not judge for want of comparable rows.
    pub(super) fn not_compared(&self, release: &Release<'_>) -> Option<NotCompared> {
        let version = self.version.filter(|_| !self.misfits.is_empty())?;
        let audits =
            release.audits().filter(|audit| self.keeps_from(audit)).map(|audit| audit.sql.name.clone()).collect();
        let tables = self.misfits.iter().map(|(table, why)| (table.clone(), why.clone())).collect();
        Some(NotCompared { version, audits, tables })
    }
}

/// The file of a version's table, held to its record.
async fn data_file(version: &PublishedVersion, store: &Store, table: &str) -> Result<Option<DataFile>, PublishError> {
    let files = version.files(store, Tables::Published, table).await?;
    let (Some(path), Some(entry)) = (files.first(), version.manifest.tables.get(table)) else { return Ok(None) };
    Ok(Some(DataFile { url: store.url(path)?, bytes: entry.entry.bytes }))
}

/// Why rows that were published under an earlier schema can't be compared with those of the table as it is described now. A
/// column that may be NULL is NULL where it was not there.
async fn misfit(engine: &Engine, table: &PublishedTable, file: &DataFile) -> Result<Option<String>, PublishError> {
    let query = |source| PublishError::Query { what: table.name.clone(), source: Box::new(source) };
    let statement = engine.parse(&format!("SELECT * FROM {} WHERE false", quoted(&table.name))).map_err(query)?;
    let task = Task::new(statement).with(&table.name, Table::found(vec![file.url.clone()]));
    let rows = engine.answer(task).await.map_err(query)?;
    let found = rows.schema();
    Ok(table.columns.iter().find_map(|column| match found.field_with_name(&column.name) {
        Ok(field) if *field.data_type() == arrow_type(column.kind) => None,
        Ok(field) => Some(format!("the column `{}` was {}, and is {}", column.name, field.data_type(), column.kind)),
        Err(_) if column.nullable => None,
        Err(_) => Some(format!("it had no column `{}`", column.name)),
    }))
}
