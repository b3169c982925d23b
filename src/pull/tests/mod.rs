//! The rules of the pull on extracts that a test writes: bytes under a contract, inside the process.

mod archives;
#[path = "../../../tests/it/support/contract_text.rs"]
mod contract_text;
mod days;
mod delimited;
mod excel;
mod fixed_width;
mod json_lines;
mod many_rows;
mod odd;
#[path = "../../../tests/it/support/parquet_files.rs"]
mod parquet_files;
mod persons;
mod rules;
mod toml_files;
mod totals;
mod typed;
#[path = "../../../tests/it/support/workbooks.rs"]
mod workbooks;
mod xml;

use std::cell::{Cell, RefCell};
use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::num::NonZeroUsize;
use std::path::Path;

use arrow::array::{AsArray, RecordBatch};
use arrow::util::display::array_value_to_string;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

use super::check::{Known, PseudonymKey, References};
use super::error::PullError;
use super::find::{Extract, served_year};
use super::stage::{Staged, Terms, stage};
use crate::definition::{CodeLists, Contract, DefinitionError};
use crate::problem::Explain;
use crate::store::{Digest, LocalTable};

/// A source whose contract a test writes, and an extract of it.
struct Trial {
    source: String,
    toml: RefCell<String>,
    extract: RefCell<(String, Vec<u8>)>,
    threads: Cell<NonZeroUsize>,
}

impl Trial {
    /// A source under `contract`, without what all contracts of tests say.
    fn new(source: &str, contract: &str) -> Self {
        let toml = contract_text::contract_file(source, contract).into();
        let threads = Cell::new(NonZeroUsize::MIN);
        Self { source: source.to_owned(), toml, extract: RefCell::default(), threads }
    }

    /// Changes the contract; the change has to change something.
    fn edit(&self, change: impl FnOnce(&str) -> String) {
        let changed = change(&self.toml.borrow());
        assert!(changed != *self.toml.borrow(), "the edit of the contract changes nothing");
        self.toml.replace(changed);
    }

    /// The extract that lies there now.
    fn extract(&self, file: &str, bytes: impl AsRef<[u8]>) -> &Self {
        self.extract.replace((file.to_owned(), bytes.as_ref().to_owned()));
        self
    }

    fn contract(&self) -> Contract {
        let folder = TempDir::new().unwrap();
        self.read(folder.path()).unwrap_or_else(|errors| panic!("{errors:?}"))
    }

    fn read(&self, folder: &Path) -> Result<Contract, Vec<DefinitionError>> {
        let file = folder.join(format!("{}.toml", self.source));
        fs::write(&file, &*self.toml.borrow()).unwrap();
        Contract::read(folder, &file)
    }

    /// What is told of the contract, which is wrong.
    fn wrong(&self) -> String {
        let folder = TempDir::new().unwrap();
        let Err(errors) = self.read(folder.path()) else { panic!("the contract is right") };
        errors.iter().map(|error| format!("{error}\n{}\n", error.details().join("\n"))).collect()
    }

    /// What the extract becomes.
    fn stage(&self) -> Staged {
        let contract = self.contract();
        let (file, bytes) = self.extract.borrow().clone();
        let (_, found) = contract.delivery(&file).unwrap_or_else(|| panic!("no file pattern fits {file}"));
        let extract = Extract {
            year: served_year(&contract, &found),
            extract_date: found.extract_date,
            sha256: Digest::of(&bytes),
            synthetic: true,
            ..Extract::undigested(&contract.name, &file, bytes.len() as u64)
        };
        let key = PseudonymKey::from_env("MAALTAL_NO_SUCH_VARIABLE", None).unwrap();
        let known = Known { code_lists: &CodeLists::new(), references: &References::new() };
        let threads = self.threads.get();
        let terms = Terms { extract: &extract, contract: &contract, known, key: &key, threads };
        stage(Cursor::new(bytes), terms).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The rows that are accepted of a table, their values with a bar between.
    fn staged(&self, table: &str) -> Vec<String> {
        let staged = self.stage();
        assert!(staged.refusal.is_none(), "{}", self.refused());
        let tables = staged.tables.iter().filter(|(name, _)| name == table);
        let shown = |batch: RecordBatch| {
            let columns = batch.columns()[..batch.num_columns() - 1].to_vec();
            let value = move |row| columns.iter().map(|column| array_value_to_string(column, row).unwrap()).collect();
            (0..batch.num_rows()).map(value).map(|values: Vec<String>| values.join("|")).collect::<Vec<_>>()
        };
        tables.flat_map(|(_, table)| batches(table)).flat_map(shown).collect()
    }

    /// The rows that are rejected: row, rule, column and text.
    fn rejected(&self) -> Vec<String> {
        let shown = |reject: Vec<String>| format!("{} {} {}: {}", reject[3], reject[5], reject[4], reject[6]);
        self.rejects().into_iter().map(shown).collect()
    }

    /// The rejected rows in the order of the file, value by value.
    fn rejects(&self) -> Vec<Vec<String>> {
        let mut rejects = Vec::new();
        for batch in batches(&self.stage().rejects) {
            let value = |row, column: usize| array_value_to_string(batch.column(column), row).unwrap();
            let row = |row| (0..batch.num_columns()).map(|column| value(row, column)).collect();
            rejects.extend((0..batch.num_rows()).map(row));
        }
        rejects.sort_by_key(|reject: &Vec<String>| reject[3].parse::<u64>().unwrap());
        rejects
    }

    /// How many rows are counted under a measure, or under one of its rules.
    fn count(&self, measure: &str, rule: &str) -> u64 {
        let counts = self.stage().counts;
        counts.iter().filter(|count| count.measure == measure && count.rule == rule).map(|count| count.rows).sum()
    }

    /// What is told of the extract, which is refused.
    fn refused(&self) -> String {
        let staged = self.stage();
        let Some(refusal) = staged.refusal else { panic!("the extract is staged") };
        let (source_name, file) = (self.source.clone(), self.extract.borrow().0.clone());
        let error = PullError::Refused { source_name, file, refusal: Box::new(refusal) };
        let hint = error.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        format!("error: {error}\n  {}\n{hint}", error.details().join("\n  "))
    }

    /// Nothing that is staged has the text in it, neither as values nor as bytes of a file.
    fn is_nowhere_in_the_store(&self, text: &str) {
        let staged = self.stage();
        for table in staged.tables.iter().map(|(_, table)| table).chain([&staged.rejects]) {
            let mut bytes = Vec::new();
            File::open(table.path()).unwrap().read_to_end(&mut bytes).unwrap();
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "a file holds {text}");
            for batch in batches(table) {
                let texts = batch.columns().iter().filter_map(|column| column.as_string_opt::<i32>());
                assert!(!texts.flatten().flatten().any(|value| value.contains(text)), "a table holds {text}");
            }
        }
    }
}

fn batches(table: &LocalTable) -> Vec<RecordBatch> {
    let file = File::open(table.path()).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    reader.map(Result::unwrap).collect()
}
