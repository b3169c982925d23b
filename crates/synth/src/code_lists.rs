//! The project's own lists, as far as synthetic extracts need them: municipalities to place practices in, and codes of
//! which a fault is none.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::path::Path;

use maaltal_definition::{CodeLists, Contract, Format, Project};
use serde::Deserialize;

use crate::{Municipality, SynthError};

/// The codes of all lists that contracts refer to: the first key column of each. What pulls the lists holds them to
/// their contracts; here they are only read.
///
/// # Errors
/// A list is not delimited text, or can't be read.
pub fn code_lists(project: &Project) -> Result<CodeLists, SynthError> {
    let wanted: BTreeSet<&str> = project.contracts.values().flat_map(Contract::code_lists).collect();
    let lists = wanted.into_iter().filter_map(|name| project.contracts.get(name));
    lists.map(|list| Ok((list.name.clone(), codes(&project.definitions(), list)?))).collect()
}

fn codes(definitions: &Path, list: &Contract) -> Result<BTreeSet<String>, SynthError> {
    let mut codes = BTreeSet::new();
    for delivery in &list.deliveries {
        let Format::Csv { delimiter, .. } = delivery.format else {
            return Err(SynthError::List { name: list.name.clone(), reason: "it is not delimited text".to_owned() });
        };
        let keys = list.tables.iter().filter_map(|table| table.key.first().map(|key| &table.columns[*key]));
        for (file, key) in delivery.files.iter().flat_map(|file| keys.clone().map(move |key| (file, key))) {
            for row in rows::<HashMap<String, String>>(&definitions.join(file.to_string()), delimiter)? {
                codes.extend(row?.remove(&key.raw).filter(|code| !code.is_empty()));
            }
        }
    }
    Ok(codes)
}

/// The municipalities with a region, each as it was first: the synthetic years begin before the reform of 2027.
///
/// # Errors
/// The list can't be read.
pub fn municipalities(project: &Project) -> Result<Vec<Municipality>, SynthError> {
    let mut municipalities: Vec<Municipality> = Vec::new();
    for row in rows(&project.definitions().join("reference/kommune.csv"), b';')? {
        let row: MunicipalityRow = row?;
        let is_new = municipalities.last().is_none_or(|last| last.code != row.kommunekode);
        if is_new && !row.regionskode.is_empty() {
            municipalities.push(Municipality { code: row.kommunekode, name: row.kommunenavn, region: row.regionskode });
        }
    }
    Ok(municipalities)
}

#[derive(Deserialize)]
struct MunicipalityRow {
    kommunekode: String,
    kommunenavn: String,
    regionskode: String,
}

fn rows<T: for<'de> Deserialize<'de>>(
    file: &Path,
    delimiter: u8,
) -> Result<impl Iterator<Item = Result<T, SynthError>>, SynthError> {
    let name = file.display().to_string();
    let open = File::open(file).map_err(|error| SynthError::List { name: name.clone(), reason: error.to_string() })?;
    let reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(open);
    Ok(reader
        .into_deserialize()
        .map(move |row| row.map_err(|error| SynthError::List { name: name.clone(), reason: error.to_string() })))
}
