//! What becomes of a year's cells. To find it takes thousands of linear programs, so it is an artefact like others: a year of
//! which nothing has changed, neither a figure nor what earlier versions published, is read from the store.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use maaltal_protection::Rounds;
use sha2::{Digest as _, Sha256};

use super::figures::{Rows, column};
use super::linked::{Group, Pattern, apart};
use crate::derive::{HIDDEN_CELL, data_file};
use crate::engine::{RowOrder, Table};
use crate::publish::{PublishError, Release};
use crate::store::{Artefact, ArtefactDraft, Digest, DraftError, KeyBuilder, Provenance, Zone};

/// The way in which patterns are found: raised when the same cells shall have another.
const FORMAT: &str = "protect/1";

/// The patterns of a year's groups, by the groups' names.
pub(super) type Patterns = BTreeMap<String, Pattern>;

/// The patterns of a year's groups: found, unless the store has them.
pub(super) async fn kept_or_found(
    release: &Release<'_>,
    year: i32,
    groups: &Arc<Vec<Group>>,
    rounds: Rounds,
) -> Result<Patterns, PublishError> {
    let key = KeyBuilder::new(FORMAT)
        .field("year", year.to_string())
        .field("groups", digest(groups).to_string())
        .field("rounds", digest(&rounds).to_string())
        .encrypted_with(release.store.encryption_key()?)
        .finish();
    let artefact = Artefact { zone: Zone::Derived, name: HIDDEN_CELL.to_owned(), key };
    if release.store.whole(&artefact).await?.is_some() {
        return kept(release, &artefact).await;
    }
    let found = found(year, groups, rounds).await?;
    keep(release, artefact, year, &found).await?;
    Ok(found)
}

/// Finds the patterns of a year's groups.
pub(super) async fn found(year: i32, groups: &Arc<Vec<Group>>, rounds: Rounds) -> Result<Patterns, PublishError> {
    let groups = Arc::clone(groups);
    let pattern = move |group: &Group| Ok((group.name.clone(), group.protect(year, rounds)?));
    apart(async move { groups.iter().map(pattern).collect() }).await
}

/// SHA-256 as a hasher, so that all that a group consists of is in the key by itself.
struct Digesting(Sha256);

impl Hasher for Digesting {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Nobody asks: a digest is longer than this.
    fn finish(&self) -> u64 {
        0
    }
}

fn digest(of: &impl Hash) -> Digest {
    let mut hasher = Digesting(Sha256::new());
    of.hash(&mut hasher);
    Digest::from(hasher.0)
}

fn schema() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text("group_name"),
        text("cell"),
        Field::new("is_known_before", DataType::Boolean, false),
    ]))
}

/// Writes patterns to the store. A group of which nothing is hidden has no row.
async fn keep(release: &Release<'_>, artefact: Artefact, year: i32, patterns: &Patterns) -> Result<(), PublishError> {
    let rows = patterns.iter().flat_map(|(group, Pattern { hidden, known_before })| {
        let hidden = hidden.iter().map(move |cell| (group, cell, false));
        hidden.chain(known_before.iter().map(move |cell| (group, cell, true)))
    });
    let groups: ArrayRef = Arc::new(rows.clone().map(|(group, ..)| Some(group)).collect::<StringArray>());
    let cells: ArrayRef = Arc::new(rows.clone().map(|(_, cell, _)| Some(cell)).collect::<StringArray>());
    let flags: ArrayRef = Arc::new(rows.map(|(.., is_known)| Some(is_known)).collect::<BooleanArray>());
    let batch = RecordBatch::try_new(schema(), vec![groups, cells, flags])
        .map_err(|source| PublishError::Rows { table: HIDDEN_CELL.to_owned(), source })?;
    let mut draft = ArtefactDraft::new(release.store, artefact);
    let mut writer = draft.writer(HIDDEN_CELL, schema())?;
    writer.write(&batch)?;
    draft.keep(HIDDEN_CELL, writer).await.map_err(|error| match error {
        DraftError::Table(error) => PublishError::from(error),
        DraftError::Store(error) => PublishError::from(error),
    })?;
    draft.complete(Provenance::Pattern { year }).await?;
    Ok(())
}

/// Reads patterns from the store.
async fn kept(release: &Release<'_>, artefact: &Artefact) -> Result<Patterns, PublishError> {
    let file = data_file(release.store, artefact, HIDDEN_CELL).await?;
    let table = Table::files(schema(), vec![file], RowOrder::Unknown);
    let sql = format!("SELECT group_name, cell, is_known_before FROM {HIDDEN_CELL}");
    let rows = Rows::of(release.engine, HIDDEN_CELL, &sql, table).await?;
    rows.taken(Patterns::new(), |patterns, batch| {
        let (groups, cells): (&StringArray, &StringArray) = (column(batch, "group_name")?, column(batch, "cell")?);
        let is_known: &BooleanArray = column(batch, "is_known_before")?;
        for row in 0..batch.num_rows() {
            let pattern = patterns.entry(groups.value(row).to_owned()).or_default();
            let cells_of = if is_known.value(row) { &mut pattern.known_before } else { &mut pattern.hidden };
            cells_of.insert(cells.value(row).to_owned());
        }
        Ok::<_, ArrowError>(())
    })
}
