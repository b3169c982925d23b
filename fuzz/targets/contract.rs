//! A contract is read or told to be wrong, the same each time; and one that is read knows its files.
#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use maaltal_definition::problem::Explain;
use maaltal_definition::{Contract, without_compression};
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().expect("a temporary folder"));

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fs::write(FOLDER.path().join("source.toml"), data).expect("the contract is written");
    let read = || Contract::read(FOLDER.path(), Path::new("source.toml"));
    match (read(), read()) {
        (Ok(contract), Ok(again)) => {
            assert_eq!(contract.digest, again.digest);
            let _ = (contract.words().count(), contract.references(), contract.code_lists(), contract.entries());
            for pattern in contract.patterns() {
                let file = pattern.of_year(2018).replace("{date}", "20180418").replace("{yyyyMMdd}", "20180418");
                let _ = (contract.delivery(&file), contract.part_of(&file), without_compression(&file));
            }
            for version in contract.versions.iter().flat_map(|versions| &versions.each) {
                assert_eq!(contract.in_version(version).tables.len(), contract.tables.len());
            }
            for column in contract.tables.iter().flat_map(|table| &table.columns) {
                let _ = (column.values_in(Some(2018), Some("x")), column.values_in(None, None));
            }
        }
        (Err(errors), Err(again)) => {
            assert!(!errors.is_empty(), "a contract is wrong without a word");
            let told = |errors: &[_]| -> Vec<String> { errors.iter().map(full).collect() };
            assert_eq!(told(&errors), told(&again));
        }
        _ => panic!("the same contract is right and wrong"),
    }
});

fn full(error: &maaltal_definition::DefinitionError) -> String {
    format!("{error}\n{}\n{}", error.details().join("\n"), error.hint().unwrap_or_default())
}
