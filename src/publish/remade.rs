//! A published table made once more from a derived one, in the schema and with the labels that it has, and compared.

use super::assemble::labels;
use super::{PublishError, PublishedVersion, Tables};
use crate::engine::{Engine, RowsError, Table, Task};
use crate::store::{Store, TableEntry, TableWriter, WriterBeside};

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
        let unfit = |source| PublishError::Rows { table: name.to_owned(), source };
        // The schema is that of the file itself: where it was another, the bytes would be others too.
        let files = self.files(store, Tables::Published, name).await?;
        let urls = files.iter().map(|file| store.url(file)).collect::<Result<Vec<_>, _>>()?;
        let schema = engine.schema(urls).await.map_err(query)?;
        let labels = labels(&self.manifest.dataset, name, self.manifest.key, self.manifest.synthetic);
        let statement = engine.parse(&format!("SELECT * FROM {name}")).map_err(query)?;
        let rows = engine.sorted(Task::new(statement).with(name, derived)).await.map_err(query)?;
        let writer = TableWriter::new(schema, &labels)?;
        let mut rows = rows.conformed(writer.schema());
        let mut writer = WriterBeside::new(writer);
        while let Some(batch) = rows.next().await.map_err(|error| match error {
            RowsError::Query(source) => query(source),
            RowsError::Schema(source) => unfit(source),
        })? {
            writer = writer.write(batch).await?;
        }
        Ok(writer.end().await?.finish()?.entry().clone())
    }
}
