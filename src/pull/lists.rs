//! The project's own lists and goals: held to their contracts, and the codes that other contracts refer to.
//!
//! The codes are the first key column of a list, read as the list itself is staged: the same reader, contract and checks
//! give the list's table and its codes, so that a code means the same in both.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};

use super::entries::Entries;
use super::error::{Need, PullError};
use super::find::{definitions, list};
use super::own::{OwnTerms, patient};
use super::references::read_column;
use super::refusal::Refusal;
use super::stage::Staged;
use crate::definition::{CodeLists, Contract, Origin, Project};
use crate::store::{Location, TableFile};

/// The codes of all lists that the project's contracts refer to.
///
/// # Errors
/// A list's file is missing, can't be read, or breaks its contract.
pub async fn code_lists(project: &Project) -> Result<CodeLists, PullError> {
    let location = definitions(project)?;
    let (listed, _) = list(&location).await?;
    let mut lists = CodeLists::new();
    for contract in lists_of(project) {
        let codes = lists.entry(contract.name.clone()).or_default();
        for file in files_of(contract, &listed, &location)? {
            let staged = read(project, contract, file, &CodeLists::new())?;
            if let Some(refusal) = staged.refusal {
                return Err(refused(contract, file, refusal));
            }
            add_codes(contract, &staged, codes)?;
        }
    }
    Ok(lists)
}

/// Holds the project's own lists and goals to their contracts.
///
/// # Errors
/// A file is missing or can't be read, and every breach in every row.
pub async fn check_definitions(project: &Project) -> Result<(), Vec<PullError>> {
    let location = definitions(project)?;
    let (listed, _) = list(&location).await?;
    let lists: BTreeMap<&str, &Contract> = lists_of(project).map(|list| (list.name.as_str(), list)).collect();
    let used = project.pipelines.values().flat_map(|pipeline| project.contracts_of(pipeline));
    let others: BTreeMap<&str, &Contract> = used
        .filter(|contract| contract.origin != Origin::Extracts && !lists.contains_key(contract.name.as_str()))
        .map(|contract| (contract.name.as_str(), contract))
        .collect();
    let mut codes = CodeLists::new();
    let mut errors = Vec::new();
    // Lists come first: the others refer to their codes.
    let all = lists.values().map(|list| (*list, Use::List)).chain(others.values().map(|other| (*other, Use::Table)));
    for (contract, used_as) in all {
        if contract.origin == Origin::Models {
            let checked = Entries::read(project, contract, None).and_then(|entries| entries.check(project, &codes));
            errors.extend(checked.err().into_iter().flatten());
            continue;
        }
        // The first breach must not hide the others.
        let patient = patient(contract);
        let files = files_of(contract, &listed, &location).unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        });
        for file in files {
            // A list refers to no other.
            let known = if used_as == Use::List { &CodeLists::new() } else { &codes };
            match read(project, &patient, file, known) {
                Ok(staged) => {
                    if used_as == Use::List {
                        add_codes(contract, &staged, codes.entry(contract.name.clone()).or_default())?;
                    }
                    let strangers = staged.strangers.into_iter().map(|column| Refusal::UnknownColumn { column });
                    let breaches = staged.breaches.into_iter().map(|(row, breach)| breach.frozen(row));
                    let all = staged.refusal.into_iter().chain(strangers).chain(breaches);
                    errors.extend(all.map(|refusal| refused(contract, file, refusal)));
                }
                Err(error) => errors.push(error),
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// What a definition is to the contracts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A list whose codes other contracts refer to.
    List,
    /// A table that only SQL reads.
    Table,
}

/// The lists that contracts refer to.
fn lists_of(project: &Project) -> impl Iterator<Item = &Contract> {
    let wanted: BTreeSet<&str> = project.contracts.values().flat_map(Contract::code_lists).collect();
    wanted.into_iter().filter_map(|list| project.contracts.get(list))
}

/// The files of a definition, of which there is at least one.
fn files_of<'a>(
    contract: &Contract,
    listed: &'a BTreeMap<String, u64>,
    location: &Location,
) -> Result<Vec<&'a String>, PullError> {
    let files: Vec<&String> = listed.keys().filter(|file| contract.delivery(file).is_some()).collect();
    if !files.is_empty() {
        return Ok(files);
    }
    let patterns = contract.patterns().map(ToString::to_string).collect();
    let (source_name, address) = (contract.name.clone(), location.to_string());
    Err(PullError::Missing { source_name, years: Vec::new(), address, patterns, need: Need::Required })
}

fn refused(contract: &Contract, file: &str, refusal: Refusal) -> PullError {
    let (source_name, file) = (contract.name.clone(), file.to_owned());
    PullError::Refused { source_name, file, refusal: Box::new(refusal) }
}

fn unreadable(file: &str, error: &std::io::Error) -> PullError {
    PullError::Unreadable { what: file.to_owned(), reason: error.to_string() }
}

fn read(project: &Project, contract: &Contract, file: &str, codes: &CodeLists) -> Result<Staged, PullError> {
    let path = project.definitions().join(file);
    let size = fs::metadata(&path).map_err(|error| unreadable(file, &error))?.len();
    let bytes = File::open(&path).map_err(|error| unreadable(file, &error))?;
    OwnTerms { project, contract, codes }.stage(file, bytes, size)
}

/// The first key column of a staged list.
fn add_codes(contract: &Contract, staged: &Staged, codes: &mut BTreeSet<String>) -> Result<(), PullError> {
    for (name, table) in &staged.tables {
        let columns = contract.tables.iter().find(|table| table.name == *name);
        let Some(column) = columns.and_then(|table| Some(&table.columns[*table.key.first()?].name)) else { continue };
        let file = File::open(table.path()).map_err(|error| unreadable(name, &error))?;
        read_column(TableFile(file), column, codes)?;
    }
    Ok(())
}
