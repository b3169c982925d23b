//! A published table made once more from derived ones, in the schema and with the labels that it has, and compared.

use super::assemble::{labels, written};
use super::{PublishError, PublishedVersion, Tables};
use crate::engine::{Engine, Task};
use crate::store::{Store, TableEntry, TableWriter};

impl PublishedVersion {
    /// The published table `name` as it would be made of the rows that a query has: its rows, bytes and digest.
    ///
    /// # Errors
    /// A file is gone or damaged, or the rows can't be read or do not fit the schema.
    pub async fn remade(
        &self,
        store: &Store,
        engine: &Engine,
        name: &str,
        task: Task,
    ) -> Result<TableEntry, PublishError> {
        let query = |source| PublishError::Query { what: name.to_owned(), source: Box::new(source) };
        // The schema is that of the file itself: where it was another, the bytes would be others too.
        let files = self.files(store, Tables::Published, name).await?;
        let urls = files.iter().map(|file| store.url(file)).collect::<Result<Vec<_>, _>>()?;
        let schema = engine.schema(urls).await.map_err(query)?;
        let labels = labels(&self.manifest.dataset, name, self.manifest.key, self.manifest.synthetic);
        let rows = engine.sorted(task).await.map_err(query)?;
        let local = written(name, rows, TableWriter::new(schema, &labels)?, |_| Ok(())).await?;
        Ok(local.entry().clone())
    }
}
