//! A project folder, read and checked as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::contract::{Contract, Origin};
use crate::dataset::Dataset;
use crate::disclosure::Disclosure;
use crate::environment::Environment;
use crate::error::{DefinitionError, Errors, Problem};
use crate::pipeline::{Known, Pipeline};
use crate::problem::closest;
use crate::table::TableContract;
use crate::value::Kind;

#[derive(Debug, Clone)]
pub struct Project {
    pub root: PathBuf,
    pub environment: Environment,
    /// The pipelines, by name.
    pub pipelines: BTreeMap<String, Pipeline>,
    /// The contracts, by source.
    pub contracts: BTreeMap<String, Contract>,
    /// The published schemas, by dataset.
    pub datasets: BTreeMap<String, Dataset>,
    /// How the figures of a dataset are protected, by dataset; one without a policy is published as it is.
    pub disclosures: BTreeMap<String, Disclosure>,
}

const PIPELINES: &str = "pipelines";

impl Project {
    /// Reads the definitions in `root` for one environment.
    ///
    /// # Errors
    /// Every definition that can't be used, with its place; those that only follow from another are left out.
    pub fn read(root: &Path, environment: &str) -> Result<Self, Vec<DefinitionError>> {
        let mut errors = Errors::default();
        let environment = errors.take(read_environment(root, environment));
        let mut contracts = BTreeMap::new();
        let mut known = Known { sources: BTreeSet::new(), datasets: BTreeSet::new() };
        for (file, stem) in toml_files(root, &Path::new(PIPELINES).join("sources"))? {
            let Some(contract) = errors.take(Contract::read(root, &file)) else {
                known.sources.insert(stem);
                continue;
            };
            let name = contract.name.clone();
            if !known.sources.insert(name.clone()) {
                errors.push(in_file(&file, Problem::Duplicate { what: "source", name }));
                continue;
            }
            contracts.insert(name, contract);
        }
        let mut datasets = BTreeMap::new();
        for (file, stem) in toml_files(root, &Path::new(PIPELINES).join("datasets"))? {
            let Some(dataset) = errors.take(Dataset::read(root, &file)) else {
                known.datasets.insert(stem);
                continue;
            };
            known.datasets.insert(dataset.name.clone());
            datasets.insert(dataset.name.clone(), dataset);
        }
        let disclosures = read_disclosures(root, &known.datasets, &mut errors)?;
        let mut pipelines = BTreeMap::new();
        for (file, name) in toml_files(root, Path::new(PIPELINES))? {
            // The goals are data that a contract describes, not a pipeline.
            if contracts.values().any(|contract| is_data_of(contract, &file)) {
                continue;
            }
            if let Some(mut pipeline) = errors.take(Pipeline::read(root, &file, &name, &known)) {
                if !pipeline.lists_sources {
                    pipeline.sources = contracts.keys().cloned().collect();
                }
                pipelines.insert(name, pipeline);
            }
        }
        let Some(environment) = environment else { return Err(errors.all()) };
        errors.none()?;
        let project = Self { root: root.to_owned(), environment, pipelines, contracts, datasets, disclosures };
        let mut errors = Errors::default();
        project.check_code_lists(&mut errors);
        project.check_references(&mut errors);
        errors.none()?;
        Ok(project)
    }

    /// The folder that contracts of origin `definitions` are relative to.
    pub fn definitions(&self) -> PathBuf {
        self.root.join(PIPELINES)
    }

    /// The folder that contracts of origin `models` are relative to.
    pub fn models(&self) -> PathBuf {
        self.root.join("sql")
    }

    pub fn sql(&self, pipeline: &str) -> PathBuf {
        self.models().join(pipeline)
    }

    pub fn contracts_of<'a>(&'a self, pipeline: &'a Pipeline) -> impl Iterator<Item = &'a Contract> {
        pipeline.sources.iter().filter_map(|name| self.contracts.get(name))
    }

    /// The source that a staged table is of.
    pub fn source_of(&self, table: &str) -> Option<&Contract> {
        self.contracts.values().find(|contract| contract.tables.iter().any(|it| it.name == table))
    }

    /// The sources that a contract's foreign keys refer to.
    pub fn owners<'a>(&'a self, contract: &'a Contract) -> impl Iterator<Item = &'a Contract> {
        contract.references().into_iter().filter_map(|reference| self.source_of(&reference.table))
    }

    /// The source tables that a pipeline's SQL can name, each with its source.
    pub fn source_tables<'a>(
        &'a self,
        pipeline: &'a Pipeline,
    ) -> impl Iterator<Item = (&'a Contract, &'a TableContract)> {
        self.contracts_of(pipeline).flat_map(|contract| contract.tables.iter().map(move |table| (contract, table)))
    }
}

impl Project {
    /// Foreign keys point at text columns of sources that have none themselves.
    fn check_references(&self, errors: &mut Errors) {
        let tables = self.contracts.values().flat_map(|contract| &contract.tables);
        for contract in self.contracts.values() {
            for reference in contract.references() {
                let unknown = |what, name: &str, closest: Option<&str>| {
                    let (name, closest) = (name.to_owned(), closest.map(str::to_owned));
                    in_file(&contract.file, Problem::UnknownName { what, name, closest })
                };
                let Some(table) = tables.clone().find(|table| table.name == reference.table) else {
                    let closest = closest(&reference.table, tables.clone().map(|table| table.name.as_str()));
                    errors.push(unknown("table", &reference.table, closest));
                    continue;
                };
                let columns = || table.columns.iter().filter(|column| column.kind == Kind::Text);
                if !columns().any(|column| column.name == reference.column) {
                    let closest = closest(&reference.column, columns().map(|column| column.name.as_str()));
                    errors.push(unknown("text column", &reference.column, closest));
                    continue;
                }
                let Some(owner) = self.source_of(&table.name) else { continue };
                let rule = match () {
                    () if owner.name == contract.name => "a column can't refer to its own source",
                    () if !owner.references().is_empty() => "the source referred to must not refer to others itself",
                    () if owner.yearly && !contract.yearly => "a source of all years can't refer to one of each year",
                    () => continue,
                };
                errors.push(in_file(&contract.file, Problem::Shape(format!("{reference}: {rule}"))));
            }
        }
    }

    /// A list that a contract refers to is a table of the project's own, and its key begins with a column of text.
    fn check_code_lists(&self, errors: &mut Errors) {
        for contract in self.contracts.values() {
            for name in contract.code_lists() {
                let problem = match self.contracts.get(name).map(|list| (list, not_a_list(list))) {
                    Some((_, None)) => continue,
                    Some((list, Some(why))) => {
                        let file = list.file.display();
                        Problem::Shape(format!("`{name}` is no reference list: {why} in {file}"))
                    }
                    None => {
                        let known = self.contracts.values().filter(|list| not_a_list(list).is_none());
                        let closest = closest(name, known.map(|list| list.name.as_str())).map(str::to_owned);
                        Problem::UnknownName { what: "reference list", name: name.to_owned(), closest }
                    }
                };
                errors.push(in_file(&contract.file, problem));
            }
        }
    }
}

/// Why codes can't be looked up in what a contract describes; `None` where they can.
fn not_a_list(contract: &Contract) -> Option<String> {
    let [table] = contract.tables.as_slice() else { return Some("there are several tables".to_owned()) };
    let code = table.key.first().map(|code| &table.columns[*code]);
    match code {
        _ if contract.origin != Origin::Definitions => Some("the origin is not `definitions`".to_owned()),
        None => Some(format!("the table `{}` has no `key`", table.name)),
        Some(code) if code.kind != Kind::Text => {
            Some(format!("the key begins with `{}`, which is not text,", code.name))
        }
        Some(_) => None,
    }
}

fn in_file(file: &Path, problem: Problem) -> DefinitionError {
    DefinitionError { problem, file: file.to_owned(), place: None }
}

fn is_data_of(contract: &Contract, file: &Path) -> bool {
    let Ok(below) = file.strip_prefix(PIPELINES) else { return false };
    contract.origin == Origin::Definitions && contract.delivery(&below.to_string_lossy()).is_some()
}

/// The policies of the datasets, each in a file of the dataset's name.
fn read_disclosures(
    root: &Path,
    datasets: &BTreeSet<String>,
    errors: &mut Errors,
) -> Result<BTreeMap<String, Disclosure>, DefinitionError> {
    let folder = Path::new(PIPELINES).join("disclosure");
    let mut disclosures = BTreeMap::new();
    if !root.join(&folder).exists() {
        return Ok(disclosures);
    }
    for (file, dataset) in toml_files(root, &folder)? {
        if !datasets.contains(&dataset) {
            let closest = closest(&dataset, datasets.iter().map(String::as_str)).map(str::to_owned);
            errors.push(in_file(&file, Problem::UnknownName { what: "dataset", name: dataset, closest }));
            continue;
        }
        if let Some(disclosure) = errors.take(Disclosure::read(root, &file)) {
            disclosures.insert(dataset, disclosure);
        }
    }
    Ok(disclosures)
}

fn read_environment(root: &Path, name: &str) -> Result<Environment, DefinitionError> {
    let folder = Path::new(PIPELINES).join("environments");
    let file = folder.join(format!("{name}.toml"));
    if root.join(&file).exists() || !root.join(&folder).exists() {
        return Environment::read(root, &file);
    }
    let names: Vec<String> = toml_files(root, &folder)?.into_iter().map(|(_, name)| name).collect();
    let closest = closest(name, names.iter().map(String::as_str)).map(str::to_owned);
    Err(in_file(&folder, Problem::UnknownName { what: "environment", name: name.to_owned(), closest }))
}

/// The TOML files of a folder with their names, sorted.
fn toml_files(root: &Path, folder: &Path) -> Result<Vec<(PathBuf, String)>, DefinitionError> {
    let unreadable = |source| in_file(folder, Problem::Unreadable(source));
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(folder)).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml")
            && let (Some(file_name), Some(stem)) = (path.file_name(), path.file_stem())
        {
            files.push((folder.join(file_name), stem.to_string_lossy().into_owned()));
        }
    }
    files.sort();
    Ok(files)
}
