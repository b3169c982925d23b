//! The audits of a published version once more, over its tables as they lie there: in the SQL that they were run in, which its
//! manifest holds, so that no definition is needed.

use std::collections::BTreeMap;

use super::audit::{About, offences};
use super::{Attacking, Offence, PublishError, PublishedVersion, ResourceSchema, Tables};
use crate::derive::{named_tables, previous_table};
use crate::engine::{Blame, DataFile, Engine, RowOrder, Table, Task, quoted};
use crate::store::{Store, StoreError, VersionLog};

/// An audit that judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The audit.
    pub audit: String,
    /// How bad its rows are: `error` or `warn`.
    pub severity: String,
    /// How many it finds.
    pub offences: u64,
    /// How many it found when the version was published.
    pub then: u64,
    /// The first of them.
    pub samples: Vec<Offence>,
}

impl Judged {
    /// Whether it finds what it found then.
    pub fn agrees(&self) -> bool {
        self.offences == self.then
    }

    /// The first row that it finds, in words; nothing where it finds none.
    pub fn first(&self) -> String {
        self.samples.first().map(Offence::in_words).unwrap_or_default()
    }
}

/// An audit that could not judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotJudged {
    /// The audit.
    pub audit: String,
    /// Why.
    pub why: String,
}

/// The files behind a name in an audit's SQL, or why there are none.
enum Behind {
    Table(Table, About),
    Nothing(String),
}

impl PublishedVersion {
    /// Runs the version's audits again. Those of its protection are no queries, and judged by an attack on it.
    ///
    /// # Errors
    /// The store could not be asked, or the memory does not suffice.
    pub async fn judge(
        &self,
        store: &Store,
        engine: &Engine,
        attacking: &Attacking,
    ) -> Result<(Vec<Judged>, Vec<NotJudged>), PublishError> {
        let (mut judged, mut not_judged) = (Vec::new(), Vec::new());
        let schemas: BTreeMap<String, ResourceSchema> = match self.schemas(store).await {
            Ok(schemas) => schemas.into_iter().collect(),
            Err(error) if error.finding().is_some() => BTreeMap::new(),
            Err(error) => return Err(error.into()),
        };
        let of_schema = |audit: &str| schemas.iter().find(|(table, _)| audit == format!("schema_of_{table}"));
        for (audit, entry) in &self.manifest.audits {
            let sql = entry.sql.clone().or_else(|| of_schema(audit).map(|(table, schema)| schema.offences(table)));
            let answer = match sql {
                Some(sql) => self.asked(store, engine, audit, &sql).await?,
                None => attacking.answer(audit),
            };
            match answer {
                Ok((offences, samples)) => judged.push(Judged {
                    audit: audit.clone(),
                    severity: entry.severity.clone(),
                    offences,
                    then: entry.offences,
                    samples,
                }),
                Err(why) => not_judged.push(NotJudged { audit: audit.clone(), why }),
            }
        }
        let then = self.manifest.not_judged.iter().map(|audit| NotJudged {
            audit: audit.clone(),
            why: "it could not judge when the version was published".to_owned(),
        });
        not_judged.extend(then);
        Ok((judged, not_judged))
    }

    /// What an audit finds, or why it can't judge.
    async fn asked(
        &self,
        store: &Store,
        engine: &Engine,
        audit: &str,
        sql: &str,
    ) -> Result<Result<(u64, Vec<Offence>), String>, PublishError> {
        let failed = |source| PublishError::Query { what: audit.to_owned(), source: Box::new(source) };
        let statement = engine.parse(sql).map_err(failed)?;
        let mut about = About::Many;
        let mut task = Task::new(statement.clone());
        for (_, name) in named_tables(&statement).map_err(failed)? {
            match self.behind(store, engine, &name).await {
                Ok(Behind::Table(table, whom)) => {
                    about = if whom == About::Persons { whom } else { about };
                    task = task.with(&name, table);
                }
                Ok(Behind::Nothing(why)) => return Ok(Err(why)),
                Err(PublishError::Store(error)) => match error.finding() {
                    Some((path, what)) => return Ok(Err(format!("it reads {path}: {what}"))),
                    None => return Err(error.into()),
                },
                Err(error) => return Err(error),
            }
        }
        match offences(engine, audit, task, about).await {
            Ok(found) => Ok(Ok(found)),
            Err(PublishError::Query { source, .. }) if Blame::of(&source) == Blame::Query => {
                Ok(Err(format!("its query fails: {}", source.strip_backtrace())))
            }
            Err(error) => Err(error),
        }
    }

    /// What stands behind a name: a table of the version, one of the version before, or one that the version was made of.
    async fn behind(&self, store: &Store, engine: &Engine, name: &str) -> Result<Behind, PublishError> {
        let failed = |source| PublishError::Query { what: name.to_owned(), source: Box::new(source) };
        let urls = |files: Vec<object_store::path::Path>| {
            files.iter().map(|file| store.url(file)).collect::<Result<Vec<_>, StoreError>>()
        };
        let published = self.files(store, Tables::Published, name).await?;
        if !published.is_empty() {
            return Ok(Behind::Table(Table::found(urls(published)?), About::Many));
        }
        if let Some(table) = previous_table(name) {
            let own = self.files(store, Tables::Published, table).await?;
            if own.is_empty() {
                return Ok(Behind::Nothing(format!("the version has no table `{table}`")));
            }
            // Columns that the earlier version did not have are NULL in it, as they were for the audit then.
            let schema = engine.schema(urls(own)?).await.map_err(failed)?;
            let files = self.previous_files(store, table).await?;
            return Ok(Behind::Table(Table::files(schema, files, RowOrder::Unknown), About::Many));
        }
        let mut files = Vec::new();
        for tables in [Tables::Derived, Tables::Staged] {
            files = self.files(store, tables, name).await?;
            if !files.is_empty() {
                return Ok(Behind::Table(Table::found(urls(files)?), About::Persons));
            }
        }
        for model in self.manifest.folders.get(name).into_iter().flatten() {
            files.extend(self.files(store, Tables::Derived, model).await?);
        }
        match files.is_empty() {
            true => Ok(Behind::Nothing(format!("nothing records which tables stood behind `{name}`"))),
            false => Ok(Behind::Table(Table::found(urls(files)?), About::Persons)),
        }
    }

    /// The file of a table in the version that audits compared this one with; none where there was none.
    async fn previous_files(&self, store: &Store, table: &str) -> Result<Vec<DataFile>, PublishError> {
        let Some(version) = self.manifest.compared_with else { return Ok(Vec::new()) };
        let dataset = &self.manifest.dataset;
        let (commit, _) = VersionLog::new(store, dataset).proven(version).await?;
        let previous = Self::of(store, dataset, commit).await?;
        let files = previous.files(store, Tables::Published, table).await?;
        let (Some(path), Some(entry)) = (files.first(), previous.manifest.tables.get(table)) else {
            return Ok(Vec::new());
        };
        Ok(vec![DataFile { url: store.url(path)?, bytes: entry.entry.bytes }])
    }
}

impl Attacking {
    /// What an audit of the protection finds, or why it can't judge.
    fn answer(&self, audit: &str) -> Result<(u64, Vec<Offence>), String> {
        let found = match (self, self.why_not()) {
            (_, Some(why)) => return Err(why),
            (Self::Attacked(attacked), None) => attacked.audits.iter().find(|it| it.name == audit),
            (_, None) => None,
        };
        let found = found.ok_or("the version does not hold what it asked")?;
        Ok((found.offences, found.samples.clone()))
    }
}

impl ResourceSchema {
    /// The query for the rows that break what is said of a table: NULL where none may be, and keys that stand twice.
    fn offences(&self, table: &str) -> String {
        let table = quoted(table);
        let keys = self.primary_key.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        let required = self.fields.iter().filter(|field| field.constraints.required);
        let missing: Vec<String> = required.map(|field| format!("{} IS NULL", quoted(&field.name))).collect();
        let mut parts = Vec::new();
        if !missing.is_empty() {
            parts.push(format!(
                "SELECT {keys}, 'a value is NULL' AS offence FROM {table} WHERE {}",
                missing.join(" OR ")
            ));
        }
        parts.push(format!(
            "SELECT {keys}, 'the key stands twice' AS offence FROM {table} GROUP BY {keys} HAVING COUNT(*) > 1"
        ));
        parts.join(" UNION ALL ")
    }
}
