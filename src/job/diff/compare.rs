//! Two versions opened and compared, table by table.

use std::collections::{BTreeMap, BTreeSet};

use super::causes::Causes;
use super::difference::{Comparison, Counts, Narrowed, TableDifference, ValueDifference};
use super::rows::{INDICATOR, Pair, Paired, Side};
use crate::definition::{Origin, Pipeline};
use crate::engine::Engine;
use crate::job::compile::engine;
use crate::job::{Context, JobError};
use crate::publish::{Before, PublishedVersion, ResourceSchema};
use crate::store::{Store, VersionNumber};

/// Two versions, opened to be compared.
#[derive(Debug)]
pub struct Versions<'a> {
    store: &'a Store,
    engine: Engine,
    before: PublishedVersion,
    after: PublishedVersion,
    schemas: [BTreeMap<String, ResourceSchema>; 2],
    /// The sources that are definitions, and no extracts.
    definitions: BTreeSet<&'a str>,
}

impl<'a> Versions<'a> {
    /// Opens two versions.
    ///
    /// # Errors
    /// There is no such version, or its manifest or data package is gone or damaged.
    pub async fn open(
        context: &'a Context,
        pipeline: &Pipeline,
        before: VersionNumber,
        after: VersionNumber,
    ) -> Result<Self, JobError> {
        let (store, dataset) = (&context.store, &pipeline.dataset);
        let mut read = Vec::with_capacity(2);
        for number in [before, after] {
            let Some(version) = PublishedVersion::read(store, dataset, Some(number)).await? else {
                return Err(JobError::nothing_published(store, dataset, Some(number)));
            };
            let schemas: BTreeMap<_, _> = version.schemas(store).await?.into_iter().collect();
            read.push((version, schemas));
        }
        let [(before, of_before), (after, of_after)] =
            <[_; 2]>::try_from(read).unwrap_or_else(|_| unreachable!("two were read"));
        let own = context.project.contracts.values().filter(|contract| contract.origin != Origin::Extracts);
        let definitions = own.map(|contract| contract.name.as_str()).collect();
        let engine = engine(context)?;
        Ok(Self { store, engine, before, after, schemas: [of_before, of_after], definitions })
    }

    /// Counts what is another, and says why.
    ///
    /// # Errors
    /// A file is gone or damaged, or can't be compared.
    pub async fn compare(self, narrowed: &Narrowed) -> Result<Comparison, JobError> {
        let causes = Causes::new(self.store, &self.before.manifest, &self.after.manifest, &self.definitions).await?;
        let indicators = self.indicators().await?;
        narrowed.among(&indicators)?;
        let indicators: BTreeSet<&str> = indicators.iter().map(String::as_str).collect();
        let mut tables = Vec::new();
        for table in self.tables(narrowed)? {
            let columns = self.columns_changed(&table);
            let counts = match self.paired(&table).await? {
                Paired::Both(pair) => pair.counts(&self.engine).await?,
                Paired::Alone(counts) => counts,
            };
            let is_wanted =
                |indicator: &Option<String>| narrowed.indicator.is_none() || *indicator == narrowed.indicator;
            let counts: Vec<(Option<String>, Counts)> = counts.into_iter().filter(|(it, _)| is_wanted(it)).collect();
            if counts.is_empty() && !columns.is_empty() && narrowed.indicator.is_none() {
                tables.push(TableDifference {
                    table: table.clone(),
                    indicator: None,
                    rows: Counts::default(),
                    columns,
                    causes: causes.of(&table, None, &BTreeSet::new()),
                });
                continue;
            }
            for (indicator, rows) in counts {
                let causes = causes.of(&table, indicator.as_deref(), &indicators);
                tables.push(TableDifference {
                    table: table.clone(),
                    indicator,
                    rows,
                    columns: columns.clone(),
                    causes,
                });
            }
        }
        let overall = Before::new(&self.before.manifest).of_version(&self.after.manifest).collect();
        Ok(Comparison { overall, tables, before: self.before, after: self.after })
    }

    /// Every value that is another, table by table, in the order of the keys.
    ///
    /// # Errors
    /// A file is gone or damaged, or can't be compared.
    pub async fn values(&self, narrowed: &Narrowed) -> Result<Vec<ValueDifference>, JobError> {
        let mut values = Vec::new();
        if narrowed.indicator.is_some() {
            narrowed.among(&self.indicators().await?)?;
        }
        for table in self.tables(narrowed)? {
            if let Paired::Both(pair) = self.paired(&table).await? {
                let of_indicator =
                    |it: &ValueDifference| narrowed.indicator.is_none() || it.indicator == narrowed.indicator;
                values.extend(pair.values(&self.engine, &table).await?.into_iter().filter(of_indicator));
            }
        }
        Ok(values)
    }

    /// The table of both versions, its rows paired by their key where it has the same in both.
    async fn paired(&self, table: &str) -> Result<Paired, JobError> {
        let before = Side::open(self.store, &self.engine, &self.before, table).await?;
        let after = Side::open(self.store, &self.engine, &self.after, table).await?;
        let keys = self.schemas.each_ref().map(|schemas| schemas.get(table).map(|schema| &schema.primary_key));
        match (before, after, keys) {
            (Some(before), Some(after), [Some(key_before), Some(key)]) if key == key_before => {
                Ok(Paired::Both(Box::new(Pair::new(before, after, key))))
            }
            _ => {
                let rows =
                    |version: &PublishedVersion| version.manifest.tables.get(table).map_or(0, |it| it.entry.rows);
                let counts = Counts { added: rows(&self.after), removed: rows(&self.before), changed: 0 };
                Ok(Paired::Alone(vec![(None, counts)]))
            }
        }
    }

    /// The tables of one version or of both.
    fn tables(&self, narrowed: &Narrowed) -> Result<Vec<String>, JobError> {
        let all = [&self.before, &self.after].into_iter().flat_map(|version| version.manifest.tables.keys());
        let all: BTreeSet<&String> = all.collect();
        match &narrowed.table {
            None => Ok(all.into_iter().cloned().collect()),
            Some(table) if all.contains(table) => Ok(vec![table.clone()]),
            Some(table) => Err(JobError::unknown("published table", table, all.iter().map(|name| name.as_str()))),
        }
    }

    /// The indicators that the tables of either version tell of.
    async fn indicators(&self) -> Result<BTreeSet<String>, JobError> {
        let mut indicators = BTreeSet::new();
        for (version, schemas) in [&self.before, &self.after].into_iter().zip(&self.schemas) {
            let tells = |schema: &ResourceSchema| schema.fields.iter().any(|field| field.name == INDICATOR);
            for table in schemas.iter().filter(|(_, schema)| tells(schema)).map(|(table, _)| table) {
                if let Some(side) = Side::open(self.store, &self.engine, version, table).await? {
                    indicators.extend(side.indicators(&self.engine).await?);
                }
            }
        }
        Ok(indicators)
    }

    /// What is another of a table's columns.
    fn columns_changed(&self, table: &str) -> Vec<String> {
        let [Some(before), Some(after)] = self.schemas.each_ref().map(|schemas| schemas.get(table)) else {
            let is_new = self.schemas[1].contains_key(table);
            return vec![if is_new { "new table" } else { "no table any more" }.to_owned()];
        };
        let kinds = |schema: &ResourceSchema| -> BTreeMap<String, String> {
            schema.fields.iter().map(|field| (field.name.clone(), field.kind.clone())).collect()
        };
        let (then, now) = (kinds(before), kinds(after));
        let new = now.keys().filter(|name| !then.contains_key(*name)).map(|name| format!("new column `{name}`"));
        let gone =
            then.keys().filter(|name| !now.contains_key(*name)).map(|name| format!("no column `{name}` any more"));
        let other = now.iter().filter_map(|(name, kind)| {
            let was = then.get(name).filter(|was| *was != kind)?;
            Some(format!("the column `{name}` was {was}, and is {kind}"))
        });
        let key = (before.primary_key != after.primary_key).then(|| "another key".to_owned());
        new.chain(gone).chain(other).chain(key).collect()
    }
}

impl Narrowed {
    /// That the indicator asked for, where one is, is one of these.
    fn among(&self, indicators: &BTreeSet<String>) -> Result<(), JobError> {
        match &self.indicator {
            Some(indicator) if !indicators.contains(indicator) => {
                Err(JobError::unknown("indicator", indicator, indicators.iter().map(String::as_str)))
            }
            _ => Ok(()),
        }
    }
}
