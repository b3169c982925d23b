//! The second pass: what only the whole extract shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;
use arrow::util::display::array_value_to_string;

use super::sequence::{Sequencer, TableStaging};
use crate::definition::{TableContract, TextFormat, is_beyond, percent, read_scalar};
use crate::pull::account::{Breach, Counts, Rule, kept_value};
use crate::pull::check::{ROW_COLUMN, counted};
use crate::pull::error::{PullError, arrow_failed, temporary_failed};
use crate::pull::parse::Stop;
use crate::pull::refusal::Refusal;
use crate::store::{GroupWriter, LocalTable, TableFile, TableWriter};

impl Sequencer<'_> {
    /// Leaves out duplicates and overlaps, checks the whole, and hands over the tables.
    pub(super) fn second_pass(&mut self, writers: Vec<GroupWriter>) -> Result<Vec<(String, LocalTable)>, Stop> {
        let mut tables = Vec::new();
        for (at, writer) in writers.into_iter().enumerate() {
            let staging = &mut self.tables[at];
            let first = writer.finish().map_err(PullError::from)?;
            let unique = std::mem::take(&mut staging.unique);
            let periods = std::mem::take(&mut staging.periods);
            let duplicates = unique.duplicates().map_err(temporary_failed)?;
            let overlaps = periods.overlaps(&duplicates).map_err(temporary_failed)?;
            let table = if duplicates.is_empty() && overlaps.is_empty() {
                first
            } else {
                self.without(at, &first, &duplicates, &overlaps)?
            };
            let staging = &mut self.tables[at];
            if staging.totals.is_needed() {
                for batch in batches(&table)? {
                    staging.totals.accepted(&batch?, self.terms.known.code_lists)?;
                }
                let rejected = (staging.counts.rejected > 0).then(|| self.rejects.most());
                staging.totals.verdict(self.terms.known.code_lists, rejected)?;
            }
            tables.push((staging.table.name.clone(), table));
        }
        self.tables.iter().try_for_each(|staging| self.limit(staging))?;
        self.check_types()?;
        Ok(tables)
    }

    /// Refuses the extract if more rows of a table were rejected than its contract allows.
    fn limit(&self, staging: &TableStaging<'_>) -> Result<(), Refusal> {
        // Control rows, and rows that a rule leaves out, are none that the others could be lost among.
        let Counts { accepted, rejected, .. } = staging.counts;
        let read = accepted + rejected;
        let limit = self.contract.policy.max_rejected_share;
        if !is_beyond(rejected, read, limit) {
            return Ok(());
        }
        let table = staging.table.name.clone();
        Err(Refusal::TooManyRejected { table, rejected, read, limit: percent(limit), most: self.rejects.most() })
    }

    /// The table without the rows that repeat a key or overlap a period.
    fn without(
        &mut self,
        at: usize,
        first: &LocalTable,
        duplicates: &BTreeMap<u64, u64>,
        overlaps: &BTreeMap<u64, u64>,
    ) -> Result<LocalTable, Stop> {
        let schema = Arc::clone(&self.tables[at].schema);
        let mut writer = TableWriter::new(schema, &BTreeMap::new()).map_err(PullError::from)?;
        let earlier_rows = rows_at(first, duplicates.values().chain(overlaps.values()))?;
        let table = self.tables[at].table;
        let mut passed = 0;
        for batch in batches(first)? {
            let batch = batch?;
            // A row is told by its place among those that passed their own checks, since two records can stand on one line.
            let places = passed..passed + batch.num_rows() as u64;
            passed = places.end;
            let stays = |place: &u64| !duplicates.contains_key(place) && !overlaps.contains_key(place);
            let rows: Vec<u64> = row_numbers(&batch).collect();
            for (place, row) in places.clone().zip(&rows).filter(|(place, _)| !stays(place)) {
                let (rule, columns, earlier) = match duplicates.get(&place) {
                    Some(earlier) => (Rule::Duplicate, &table.key, earlier),
                    None => match (&table.validity, overlaps.get(&place)) {
                        (Some(validity), Some(earlier)) => (Rule::Overlap, &validity.of, earlier),
                        _ => continue,
                    },
                };
                let earlier = earlier_rows.get(earlier).copied().unwrap_or_default();
                let at_in_batch = usize::try_from(place - places.start).unwrap_or_default();
                let names: Vec<&str> = columns.iter().map(|column| table.columns[*column].raw.as_str()).collect();
                let texts = typed_texts(table, &batch, at_in_batch)?;
                let kept = |column: usize| {
                    let text = texts[column].as_deref();
                    text.map(|text| kept_value(&table.columns[column], self.contract.told_of(), text))
                };
                let key: Vec<String> = columns.iter().map(|column| kept(*column).unwrap_or_default()).collect();
                let breach =
                    Breach { rule, column: names.join(", "), text: format!("{} as in row {earlier}", key.join(", ")) };
                let record: serde_json::Map<_, _> =
                    (0..table.columns.len()).map(|at| (table.columns[at].raw.clone(), kept(at).into())).collect();
                self.tables[at].leave_out(&texts);
                self.reject(at, *row, breach, &serde_json::Value::Object(record).to_string())?;
            }
            let mask = BooleanArray::from(places.map(|place| stays(&place)).collect::<Vec<_>>());
            let kept = filter_record_batch(&batch, &mask).map_err(PullError::from)?;
            writer.write(&kept).map_err(PullError::from)?;
        }
        Ok(writer.finish().map_err(PullError::from)?)
    }
}

impl TableStaging<'_> {
    /// Takes back a row that passed its own checks, and not those of the whole.
    fn leave_out(&mut self, texts: &[Option<String>]) {
        self.counts.accepted -= 1;
        let plain = TextFormat::plain();
        let scalar = |column: usize| read_scalar(texts[column].as_deref()?, &self.table.columns[column].kind, &plain);
        for name in counted(self.table, scalar) {
            if let Some(rows) = self.counted.get_mut(name) {
                *rows -= 1;
            }
        }
        self.totals.left_out(texts);
    }
}

fn batches(table: &LocalTable) -> Result<impl Iterator<Item = Result<RecordBatch, PullError>> + use<>, PullError> {
    let file = File::open(table.path()).map_err(temporary_failed)?;
    Ok(TableFile(file).rows(|_| true)?.map(|batch| Ok(batch?)))
}

/// The row numbers of the rows at some places among those that passed.
fn rows_at<'r>(table: &LocalTable, places: impl Iterator<Item = &'r u64>) -> Result<BTreeMap<u64, u64>, PullError> {
    let wanted: BTreeSet<u64> = places.copied().collect();
    let mut rows = BTreeMap::new();
    let mut place = 0;
    for batch in batches(table)? {
        for row in row_numbers(&batch?) {
            if wanted.contains(&place) {
                rows.insert(place, row);
            }
            place += 1;
        }
    }
    Ok(rows)
}

/// Where the rows of a batch stand in the file.
fn row_numbers(batch: &RecordBatch) -> impl Iterator<Item = u64> {
    let column = batch.column_by_name(ROW_COLUMN);
    column.into_iter().flat_map(|column| {
        column.as_primitive::<Int64Type>().values().iter().map(|row| u64::try_from(*row).unwrap_or(0))
    })
}

/// The texts of a row that passed its own checks, as definitions write them: persons are pseudonyms already.
fn typed_texts(table: &TableContract, batch: &RecordBatch, at: usize) -> Result<Vec<Option<String>>, PullError> {
    let text = |values: &Arc<dyn Array>| match values.is_null(at) {
        true => Ok(None),
        false => array_value_to_string(values, at).map(Some).map_err(arrow_failed),
    };
    batch.columns()[..table.columns.len()].iter().map(text).collect()
}
