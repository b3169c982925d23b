//! One extract: from its bytes to typed Parquet, rejects and counts. Runs on a thread of its own.
//!
//! Two passes bound the memory. The first checks each row by itself and writes it to a temporary
//! file; the second leaves out the rows that only the whole file shows to be wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;
use arrow::util::display::array_value_to_string;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::check::{ROW_COLUMN, TableCheck, counted};
use super::locate::Extract;
use super::mask::{Discretion, mask_numbers, shape_of};
use super::parse::{Record, Sink, Stop, Unsplit, parse};
use super::pseudonym::PseudonymKey;
use super::quality::{Counts, QualityRow};
use super::references::References;
use super::rejects::{Breach, Rejects, Rule, kept_record, kept_value};
use super::totals::Totals;
use super::{PullError, Refusal, arrow_failed, temporary_failed};
use crate::definition::{
    CodeLists, ColumnPolicy, Contract, Format, Origin, RowPolicy, Sensitivity, TableContract, TextFormat, read_scalar,
};
use crate::store::{LocalTable, TableWriter};

/// Rows that are written at once.
const BATCH: usize = 8192;

/// Unknown columns that are told of: a file of objects may have as many names as members.
const MOST_STRANGERS: usize = 100;

/// What an extract became.
pub(super) struct Staged {
    /// The tables, by name; empty if the extract is refused.
    pub(super) tables: Vec<(String, LocalTable)>,
    /// The rejected rows.
    pub(super) rejects: LocalTable,
    /// The counts.
    pub(super) quality: Vec<QualityRow>,
    /// Why the extract is refused, if it is.
    pub(super) refusal: Option<Refusal>,
    /// Columns that were left out, since the contract does not know them.
    pub(super) strangers: BTreeSet<String>,
    /// Every breach in a definition, with its row: a person mends them by hand, and wants to see all.
    pub(super) breaches: Vec<(u64, Breach)>,
}

/// Checks the extract in `bytes`.
pub(super) fn stage(
    bytes: impl Read + Send,
    extract: &Extract,
    contract: &Contract,
    code_lists: &CodeLists,
    references: &References,
    key: &PseudonymKey,
) -> Result<Staged, PullError> {
    let Some((delivery, _)) = contract.delivery(&extract.file) else {
        let reason = "no file pattern of its contract fits".to_owned();
        return Err(PullError::Unreadable { what: extract.file.clone(), reason });
    };
    let codes = (code_lists, references);
    let mut staging = Staging::new(extract, contract, &delivery.text, codes, key)?;
    // The readers of some formats panic over damaged files: that is the extract's fault, and no other's.
    let parsing = AssertUnwindSafe(|| parse(bytes, extract, delivery, contract, &mut staging));
    let parsed = match panic::catch_unwind(parsing) {
        Err(bug) if staging.is_checking => panic::resume_unwind(bug),
        Err(_) => Err(Stop::Refused(Refusal::Damaged)),
        Ok(parsed) => parsed,
    };
    let parsed = match parsed {
        Err(Stop::Refused(Refusal::Empty)) if contract.may_be_empty && staging.is_whole(&delivery.format) => Ok(()),
        other => other,
    };
    let (tables, refusal) = match parsed.and_then(|()| staging.second_pass()) {
        Ok(tables) => (tables, None),
        Err(Stop::Refused(refusal)) => (Vec::new(), Some(refusal.discreet(&staging.discretion))),
        Err(Stop::Failed(error)) => return Err(error),
    };
    Ok(Staged {
        tables,
        quality: staging.quality(),
        rejects: staging.rejects.finish()?,
        refusal,
        strangers: staging.strangers,
        breaches: staging.breaches,
    })
}

struct Staging<'a> {
    year: Option<i16>,
    contract: &'a Contract,
    text: &'a TextFormat,
    codes: (&'a CodeLists, &'a References),
    key: &'a PseudonymKey,
    tables: Vec<TableStaging<'a>>,
    rejects: Rejects,
    strangers: BTreeSet<String>,
    breaches: Vec<(u64, Breach)>,
    discretion: Discretion<'a>,
    /// Whether a record is being checked: what panics then is a bug of ours, and no damage.
    is_checking: bool,
}

struct TableStaging<'a> {
    table: &'a TableContract,
    check: TableCheck<'a>,
    totals: Totals<'a>,
    writer: Option<TableWriter>,
    counts: Counts,
    /// Rows that were left out, by the rule that did it.
    excluded: BTreeMap<String, u64>,
    /// Accepted rows that are counted by name too.
    counted: BTreeMap<String, u64>,
}

impl<'a> Staging<'a> {
    fn new(
        extract: &Extract,
        contract: &'a Contract,
        text: &'a TextFormat,
        codes: (&'a CodeLists, &'a References),
        key: &'a PseudonymKey,
    ) -> Result<Self, PullError> {
        let mut staging = Self {
            year: extract.year,
            contract,
            text,
            codes,
            key,
            tables: Vec::new(),
            rejects: Rejects::new(&contract.name, &extract.file)?,
            strangers: BTreeSet::new(),
            breaches: Vec::new(),
            discretion: Discretion::of(contract),
            is_checking: false,
        };
        staging.tables = contract.tables.iter().map(|table| staging.table(table, &[])).collect::<Result<_, _>>()?;
        Ok(staging)
    }

    fn table(&self, table: &'a TableContract, added: &[String]) -> Result<TableStaging<'a>, PullError> {
        let check =
            TableCheck::new(table, self.text, self.codes, (self.key, self.contract.sensitivity), self.year, added);
        let writer = Some(TableWriter::new(Arc::clone(check.schema()), &BTreeMap::new())?);
        let totals = Totals::new(table, self.text);
        let (excluded, counted) = (BTreeMap::new(), BTreeMap::new());
        Ok(TableStaging { table, check, totals, writer, counts: Counts::default(), excluded, counted })
    }

    /// Whether a file without a row has the line that ends it, where its format has one.
    fn is_whole(&self, format: &Format) -> bool {
        !format.has_end() || self.tables.iter().any(|staging| staging.counts.trailers > 0)
    }

    /// Keeps a row aside, or refuses the extract where the contract freezes the rule.
    fn reject(&mut self, at: usize, row: u64, breach: Breach, record: &str) -> Result<(), Stop> {
        let policy = match breach.rule {
            Rule::Type => self.contract.policy.types,
            _ => self.contract.policy.rows,
        };
        let staging = &mut self.tables[at];
        staging.counts.rejected += 1;
        self.rejects.add(at, staging.table, row, &breach, record)?;
        match policy {
            RowPolicy::Freeze => Err(breach.frozen(row).into()),
            RowPolicy::Quarantine if self.contract.origin == Origin::Definitions => {
                self.breaches.push((row, breach));
                Ok(())
            }
            RowPolicy::Quarantine => Ok(()),
        }
    }

    /// Leaves out duplicates and overlaps, checks the whole, and hands over the tables.
    fn second_pass(&mut self) -> Result<Vec<(String, LocalTable)>, Stop> {
        let mut tables = Vec::new();
        for at in 0..self.tables.len() {
            let staging = &mut self.tables[at];
            staging.flush()?;
            let Some(writer) = staging.writer.take() else { continue };
            let first = writer.finish().map_err(PullError::from)?;
            let unique = std::mem::take(&mut staging.check.unique);
            let periods = std::mem::take(&mut staging.check.periods);
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
                    staging.totals.accepted(&batch?, self.codes.0)?;
                }
                let rejected = (staging.counts.rejected > 0).then(|| self.rejects.most());
                staging.totals.verdict(self.codes.0, rejected)?;
            }
            tables.push((staging.table.name.clone(), table));
        }
        self.tables.iter().try_for_each(|staging| self.limit(staging))?;
        Ok(tables)
    }

    /// Refuses the extract if more rows of a table were rejected than its contract allows.
    fn limit(&self, staging: &TableStaging<'_>) -> Result<(), Refusal> {
        let Counts { read, rejected, .. } = staging.counts;
        let limit = self.contract.policy.max_rejected_share;
        if rejected as f64 <= limit * read as f64 {
            return Ok(());
        }
        let table = staging.table.name.clone();
        Err(Refusal::TooManyRejected { table, rejected, read, limit: limit * 100.0, most: self.rejects.most() })
    }

    /// The table without the rows that repeat a key or overlap a period.
    fn without(
        &mut self,
        at: usize,
        first: &LocalTable,
        duplicates: &BTreeMap<u64, u64>,
        overlaps: &BTreeMap<u64, u64>,
    ) -> Result<LocalTable, Stop> {
        let schema = Arc::clone(self.tables[at].check.schema());
        let mut writer = TableWriter::new(schema, &BTreeMap::new()).map_err(PullError::from)?;
        let lines = self.lines(first, duplicates.values().chain(overlaps.values()))?;
        let table = self.tables[at].table;
        let mut passed = 0;
        for batch in batches(first)? {
            let batch = batch?;
            // A row is told by its place among those that passed their own checks: lines can repeat.
            let places = passed..passed + batch.num_rows() as u64;
            passed = places.end;
            let stays = |place: &u64| !duplicates.contains_key(place) && !overlaps.contains_key(place);
            let numbers: Vec<u64> = row_numbers(&batch).collect();
            for (place, row) in places.clone().zip(&numbers).filter(|(place, _)| !stays(place)) {
                let (rule, columns, earlier) = match duplicates.get(&place) {
                    Some(earlier) => (Rule::Duplicate, &table.key, earlier),
                    None => match (&table.validity, overlaps.get(&place)) {
                        (Some(validity), Some(earlier)) => (Rule::Overlap, &validity.of, earlier),
                        _ => continue,
                    },
                };
                let earlier = lines.get(earlier).copied().unwrap_or_default();
                let place = usize::try_from(place - places.start).unwrap_or_default();
                let names: Vec<&str> = columns.iter().map(|column| table.columns[*column].raw.as_str()).collect();
                let texts = typed_texts(table, &batch, place)?;
                let kept = |column: usize| {
                    let text = texts[column].as_deref();
                    text.map(|text| kept_value(&table.columns[column], self.contract.sensitivity, text))
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

    /// The lines of some rows, told by their place among those that passed.
    fn lines<'r>(
        &self,
        table: &LocalTable,
        wanted: impl Iterator<Item = &'r u64>,
    ) -> Result<BTreeMap<u64, u64>, PullError> {
        let wanted: BTreeSet<u64> = wanted.copied().collect();
        let mut lines = BTreeMap::new();
        let mut place = 0;
        for batch in batches(table)? {
            for line in row_numbers(&batch?) {
                if wanted.contains(&place) {
                    lines.insert(place, line);
                }
                place += 1;
            }
        }
        Ok(lines)
    }

    fn quality(&self) -> Vec<QualityRow> {
        let mut rows = Vec::new();
        for (at, staging) in self.tables.iter().enumerate() {
            let named = [("excluded", &staging.excluded), ("counted", &staging.counted)];
            rows.extend(staging.counts.rows(&staging.table.name, self.rejects.counts(at), named));
        }
        rows
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

    fn flush(&mut self) -> Result<(), PullError> {
        let batch = self.check.take()?;
        match &mut self.writer {
            Some(writer) if batch.num_rows() > 0 => Ok(writer.write(&batch)?),
            _ => Ok(()),
        }
    }
}

impl Staging<'_> {
    /// Checks a record and takes it in.
    fn take(&mut self, record: &Record<'_>) -> Result<(), Stop> {
        let staging = &mut self.tables[record.table];
        staging.counts.read += 1;
        if staging.check.is_control(record.cells) {
            staging.counts.control += 1;
            staging.totals.control(record.cells);
            return Ok(());
        }
        if let Some(name) = staging.check.exclusion(record.cells) {
            staging.counts.control += 1;
            *staging.excluded.entry(name.to_owned()).or_default() += 1;
            return Ok(());
        }
        if let Some(breach) = staging.check.row(record.row, record.cells)? {
            staging.totals.rejected(record.cells);
            let text = kept_record(staging.table, self.contract.sensitivity, record.cells);
            if self.contract.origin == Origin::Definitions {
                let others = staging.check.breaches(record.cells).into_iter().skip(1);
                self.breaches.extend(others.map(|breach| (record.row, breach)));
            }
            return self.reject(record.table, record.row, breach, &text);
        }
        if staging.check.length() >= BATCH {
            staging.flush()?;
        }
        staging.counts.accepted += 1;
        for name in staging.check.counted(record.cells) {
            *staging.counted.entry(name.to_owned()).or_default() += 1;
        }
        Ok(())
    }
}

impl Sink for Staging<'_> {
    fn unknown_columns(&mut self, names: &[String]) -> Result<(), Stop> {
        let Some(first) = names.first() else { return Ok(()) };
        match self.contract.policy.columns {
            ColumnPolicy::Freeze => Err(Refusal::UnknownColumn { column: first.clone() }.into()),
            ColumnPolicy::Quarantine => {
                let room = MOST_STRANGERS.saturating_sub(self.strangers.len());
                self.strangers.extend(names.iter().take(room).map(|name| self.discretion.name(name)));
                Ok(())
            }
            ColumnPolicy::Evolve => {
                let mut taken: BTreeSet<&str> = BTreeSet::from([ROW_COLUMN]);
                taken.extend(self.contract.tables[0].columns.iter().map(|column| column.name.as_str()));
                if let Some(twice) = names.iter().find(|name| !taken.insert(name)) {
                    return Err(Refusal::TwiceColumn { column: twice.clone() }.into());
                }
                self.tables = vec![self.table(&self.contract.tables[0], names)?];
                Ok(())
            }
        }
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Stop> {
        self.is_checking = true;
        let taken = self.take(record);
        self.is_checking = false;
        taken
    }

    fn unsplit_of(&mut self, at: usize, row: u64, why: Unsplit, reason: &str, text: &str) -> Result<(), Stop> {
        self.tables[at].counts.read += 1;
        self.tables[at].totals.unsplit();
        let text = match self.contract.sensitivity {
            Sensitivity::Person => shape_of(text),
            _ => mask_numbers(text),
        };
        let rule = match why {
            Unsplit::Width => Rule::ColumnCount,
            Unsplit::RecordType => Rule::RecordType,
            Unsplit::Malformed => Rule::Malformed,
        };
        let breach = Breach { rule, column: String::new(), text: self.discretion.message(reason) };
        self.reject(at, row, breach, &text)
    }

    fn control(&mut self) {
        self.tables[0].counts.read += 1;
        self.tables[0].counts.trailers += 1;
    }

    fn records(&self) -> u64 {
        self.tables.iter().map(|table| table.counts.read - table.counts.trailers).sum()
    }
}

fn batches(table: &LocalTable) -> Result<impl Iterator<Item = Result<RecordBatch, PullError>> + use<>, PullError> {
    let file = File::open(table.path()).map_err(temporary_failed)?;
    let failed = |error| PullError::Table(crate::store::TableError::Parquet(error));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(failed)?
        .with_batch_size(BATCH)
        .build()
        .map_err(failed)?;
    Ok(reader.map(|batch| batch.map_err(arrow_failed)))
}

fn row_numbers(batch: &RecordBatch) -> impl Iterator<Item = u64> {
    let column = batch.column_by_name(ROW_COLUMN);
    column.into_iter().flat_map(|column| {
        column.as_primitive::<Int64Type>().values().iter().map(|row| u64::try_from(*row).unwrap_or(0))
    })
}

/// The texts of a row that passed its own checks, as definitions write them: persons are pseudonyms already.
fn typed_texts(table: &TableContract, batch: &RecordBatch, row: usize) -> Result<Vec<Option<String>>, PullError> {
    let text = |values: &Arc<dyn Array>| match values.is_null(row) {
        true => Ok(None),
        false => array_value_to_string(values, row).map(Some).map_err(arrow_failed),
    };
    batch.columns()[..table.columns.len()].iter().map(text).collect()
}
