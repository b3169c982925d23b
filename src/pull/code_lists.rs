//! Reference lists as contracts refer to them: the first key column of a list, read as the list itself is staged.
//!
//! The same reader, contract and checks give the list's table and its codes: a code means the same in both.

use std::collections::BTreeSet;
use std::fs::{self, File};

use super::locate::{Extract, definitions};
use super::references::{References, read_column};
use super::{PseudonymKey, PullError, Sample, stage};
use crate::definition::{CodeLists, Contract, Project};
use crate::store::Digest;

/// The codes of all lists that the project's contracts refer to.
///
/// # Errors
/// A list's file is missing, can't be read, or breaks its contract.
pub async fn code_lists(project: &Project) -> Result<CodeLists, PullError> {
    let wanted: BTreeSet<&str> = project.contracts.values().flat_map(Contract::code_lists).collect();
    let location = definitions(project)?;
    let (listed, _) = super::locate::list(&location).await?;
    let mut lists = CodeLists::new();
    for list in wanted {
        let Some(contract) = project.contracts.get(list) else { continue };
        let files: Vec<&String> = listed.keys().filter(|file| contract.delivery(file).is_some()).collect();
        if files.is_empty() {
            let patterns = contract.patterns().map(ToString::to_string).collect();
            let (source_name, address) = (contract.name.clone(), location.to_string());
            return Err(PullError::Missing { source_name, years: Vec::new(), address, patterns });
        }
        let codes = lists.entry(list.to_owned()).or_default();
        for file in files {
            read(project, contract, file, codes)?;
        }
    }
    Ok(lists)
}

fn read(project: &Project, contract: &Contract, file: &str, codes: &mut BTreeSet<String>) -> Result<(), PullError> {
    let unreadable = |error: std::io::Error| PullError::Unreadable { what: file.to_owned(), reason: error.to_string() };
    let path = project.definitions().join(file);
    let extract = Extract {
        source: contract.name.clone(),
        file: file.to_owned(),
        year: None,
        extract_date: None,
        sha256: Digest::of([]),
        bytes: fs::metadata(&path).map_err(unreadable)?.len(),
        synthetic: false,
        sample: Sample::WHOLE,
    };
    // A list has no persons: what a key would be used for is refused with the list's contract.
    let key = PseudonymKey::from_env(&project.environment.pseudonym_key.env, None)?;
    let bytes = File::open(&path).map_err(unreadable)?;
    let staged = stage::stage(bytes, &extract, contract, &CodeLists::new(), &References::new(), &key)?;
    if let Some(refusal) = staged.refusal {
        let (source_name, file) = (contract.name.clone(), file.to_owned());
        return Err(PullError::Refused { source_name, file, refusal: Box::new(refusal) });
    }
    for (name, table) in &staged.tables {
        let columns = contract.tables.iter().find(|table| table.name == *name);
        let Some(column) = columns.and_then(|table| Some(&table.columns[*table.key.first()?].name)) else { continue };
        read_column(fs::read(table.path()).map_err(unreadable)?.into(), column, codes)?;
    }
    Ok(())
}
