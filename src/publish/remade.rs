//! A published table made once more from a derived one, in the schema and with the labels that it has, and compared.

use super::assemble::{all_rows, labels, written};
use super::{PublishError, PublishedVersion, Tables};
use crate::engine::{Engine, Table};
use crate::store::{Store, TableEntry, TableWriter};

impl PublishedVersion {
    /// The published table `name` as it would be made of `derived`: its rows, bytes and digest.
    ///
    /// # Errors
    /// A file is gone or damaged, or the rows can't be read or do not fit the schema.
    pub async fn remade(
        &self,
        store: &Store,
        engine: &Engine,
        name: &str,
        derived: Table,
    ) -> Result<TableEntry, PublishError> {
        let query = |source| PublishError::Query { what: name.to_owned(), source: Box::new(source) };
        // The schema is that of the file itself: where it was another, the bytes would be others too.
        let files = self.files(store, Tables::Published, name).await?;
        let urls = files.iter().map(|file| store.url(file)).collect::<Result<Vec<_>, _>>()?;
        let schema = engine.schema(urls).await.map_err(query)?;
        let labels = labels(&self.manifest.dataset, name, self.manifest.key, self.manifest.synthetic);
        let rows = all_rows(engine, name, derived).await?;
        let local = written(name, rows, TableWriter::new(schema, &labels)?, |_| Ok(())).await?;
        Ok(local.entry().clone())
    }
}
