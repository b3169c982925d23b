//! What the fuzz targets see of the pull: bytes under a contract, staged inside the process. Only `fuzz/` builds it.

use std::fs::File;
use std::io::Cursor;
use std::num::NonZeroUsize;

use arrow::util::display::array_value_to_string;

use super::check::{Known, PseudonymKey, References};
use super::error::{PullError, arrow_failed, temporary_failed};
use super::find::{Extract, served_year};
use super::parse::declared_day;
use super::stage::{Terms, stage as stage_extract};
use crate::definition::{CodeLists, Contract};
use crate::problem::Explain;
use crate::store::{Digest, LocalTable, TableFile};

/// What an extract became, as texts that can be looked through and compared.
#[derive(Debug, PartialEq, Eq)]
pub struct Fuzzed {
    /// Each table that was staged, with its rows.
    pub tables: Vec<(String, Vec<Row>)>,
    /// The rejected rows.
    pub rejects: Vec<Row>,
    /// Table, measure, rule and rows.
    pub counts: Vec<(String, &'static str, String, u64)>,
    /// What is told of the extract, if it is refused.
    pub refused: Option<String>,
    /// Names that the contract does not know, as they are told.
    pub strangers: Vec<String>,
}

/// The values of a row, each with whether its column is one of texts.
pub type Row = Vec<(bool, String)>;

/// Stages `bytes` as the file `file` of a contract's source.
///
/// # Errors
/// Whatever is no fault of the extract: there should be none.
pub fn stage(contract: &Contract, file: &str, bytes: &[u8], threads: NonZeroUsize) -> Result<Fuzzed, PullError> {
    let mut extract = Extract { synthetic: true, ..Extract::undigested(&contract.name, file, bytes.len() as u64) };
    if let Some((_, found)) = contract.delivery(file) {
        extract.year = served_year(contract, &found);
        extract.extract_date = found.extract_date;
    }
    extract.sha256 = Digest::of(bytes);
    let key = PseudonymKey::from_env("MAALTAL_NO_SUCH_VARIABLE", None)?;
    let known = Known { code_lists: &CodeLists::new(), references: &References::new() };
    let staged = stage_extract(Cursor::new(bytes), Terms { extract: &extract, contract, known, key: &key, threads })?;
    let tables = staged.tables.iter().map(|(name, table)| Ok((name.clone(), rows(table)?)));
    let told = |refusal| {
        let (source_name, file) = (contract.name.clone(), file.to_owned());
        let error = PullError::Refused { source_name, file, refusal: Box::new(refusal) };
        format!("{error}\n{}\n{}", error.details().join("\n"), error.hint().unwrap_or_default())
    };
    Ok(Fuzzed {
        tables: tables.collect::<Result<_, PullError>>()?,
        rejects: rows(&staged.rejects)?,
        counts: staged.counts.into_iter().map(|it| (it.table, it.measure, it.rule, it.rows)).collect(),
        refused: staged.refusal.map(told),
        strangers: staged.strangers.into_iter().chain(staged.other_types.into_keys()).collect(),
    })
}

/// The day that the beginning of an extract says, if it can be read.
pub fn day(contract: &Contract, file: &str, bytes: &[u8]) -> Option<String> {
    let (delivery, _) = contract.delivery(file)?;
    declared_day(Cursor::new(bytes), file, delivery, contract).ok().flatten()
}

fn rows(table: &LocalTable) -> Result<Vec<Row>, PullError> {
    let mut rows = Vec::new();
    for batch in TableFile(File::open(table.path()).map_err(temporary_failed)?).rows(|_| true)? {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            let value = |column: &arrow::array::ArrayRef| {
                let text = array_value_to_string(column, row).map_err(arrow_failed)?;
                Ok((column.data_type().is_string(), text))
            };
            rows.push(batch.columns().iter().map(value).collect::<Result<Row, PullError>>()?);
        }
    }
    Ok(rows)
}
