//! Sources of one entry a file: each lies beside the model that it describes, under its name.
//!
//! All entries of a source are read as one extract, so that a hundred small files make one artefact. Its bytes are the
//! entries' values in order of their files, so that neither a comment nor the layout of a file changes a key. What is
//! wrong is told at its place in the file that somebody wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use toml::de::DeTable;
use toml::{Spanned, Table, Value};

use super::error::{Need, PullError};
use super::own::{OwnTerms, patient};
use super::refusal::Refusal;
use crate::definition::{CodeLists, Contract, FilePattern, NAME, Origin, Pipeline, Project, read_text};
use crate::store::Location;

/// The entries of a source.
pub(super) struct Entries<'a> {
    contract: &'a Contract,
    files: Vec<EntryFile>,
    /// The path that stands for all files.
    path: String,
    /// All entries as one document, and the line that each begins at.
    document: String,
    lines: Vec<u64>,
    /// The goal that an entry is of, by model.
    goals: BTreeMap<String, String>,
}

/// The value of an entry that names its goal.
const GOAL: &str = "goal";

/// A file as somebody wrote it.
struct EntryFile {
    /// Below the project, as errors show it.
    file: String,
    text: String,
}

/// The sources of one entry a file that a pipeline reads, held to their contracts and gathered in memory.
///
/// # Errors
/// Every breach in every file, with its place.
pub async fn gathered_entries(
    project: &Project,
    pipeline: &Pipeline,
    codes: &CodeLists,
) -> Result<Location, Vec<PullError>> {
    let objects = InMemory::new();
    for contract in project.contracts_of(pipeline).filter(|contract| contract.origin == Origin::Models) {
        let entries = Entries::read(project, contract, pipeline.goals.as_ref())?;
        if !entries.files.is_empty() {
            entries.check(project, codes)?;
            let (path, bytes) = (Path::from(entries.path.as_str()), entries.document.into_bytes());
            let unreadable = |error: object_store::Error| PullError::Unreadable {
                what: path.to_string(),
                reason: error.to_string(),
            };
            objects.put(&path, bytes.into()).await.map_err(unreadable)?;
        }
    }
    let objects: Arc<dyn ObjectStore> = Arc::new(objects);
    Ok(Location::over(&project.models().display().to_string(), objects, Path::default()))
}

/// The goal that each model's entry is of, by model.
///
/// # Errors
/// Every file that can't be read or is no TOML, with its place.
pub fn goals_of_entries(project: &Project, pipeline: &Pipeline) -> Result<BTreeMap<String, String>, Vec<PullError>> {
    let mut goals = BTreeMap::new();
    for contract in project.contracts_of(pipeline).filter(|contract| contract.origin == Origin::Models) {
        let entries = Entries::read(project, contract, None)?;
        goals.extend(entries.goals);
    }
    Ok(goals)
}

impl<'a> Entries<'a> {
    /// Reads the files that lie beside the models: those of the goals, where some are named.
    ///
    /// # Errors
    /// Every file that can't be read or is no TOML, with its place.
    pub(super) fn read(
        project: &Project,
        contract: &'a Contract,
        goals: Option<&BTreeSet<String>>,
    ) -> Result<Self, Vec<PullError>> {
        let Some(pattern) = contract.entries() else { return Err(vec![no_file(project, contract)]) };
        let mut entries = Self {
            contract,
            files: Vec::new(),
            path: pattern.of_all(),
            document: String::new(),
            lines: Vec::new(),
            goals: BTreeMap::new(),
        };
        let mut values = Vec::new();
        let mut errors = Vec::new();
        for (path, name) in paths(project, pattern)? {
            let file = format!("sql/{path}");
            let text = match read_text(&project.models().join(&path)) {
                Ok(text) => text,
                Err(error) => {
                    errors.push(PullError::Unreadable { what: file, reason: error.to_string() });
                    continue;
                }
            };
            match toml::from_str::<Table>(&text) {
                Ok(mut entry) => {
                    let goal = entry.get(GOAL).and_then(Value::as_str).map(str::to_owned);
                    if goals.is_some_and(|goals| goal.as_ref().is_none_or(|goal| !goals.contains(goal))) {
                        continue;
                    }
                    entries.goals.extend(goal.map(|goal| (name.clone(), goal)));
                    entry.insert(NAME.to_owned(), Value::String(name));
                    values.push(Value::Table(entry));
                    entries.files.push(EntryFile { file, text });
                }
                Err(error) => {
                    let span = error.span().unwrap_or_default();
                    let reason = error.message().to_owned();
                    let refusal = Refusal::Malformed { format: "TOML", row: place(&text, &span).0, reason };
                    errors.push(EntryFile { file, text }.refused(contract, Some(span), refusal));
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let table = contract.tables.first().map(|table| table.element.as_ref().unwrap_or(&table.name).clone());
        let whole = Table::from_iter(table.map(|table| (table, Value::Array(values))));
        entries.document = toml::to_string(&whole)
            .map_err(|error| PullError::Unreadable { what: entries.path.clone(), reason: error.to_string() })?;
        entries.lines = lines_of_records(&entries.document);
        Ok(entries)
    }

    /// Holds the entries to their contract.
    ///
    /// # Errors
    /// Every breach in every file, with its place.
    pub(super) fn check(&self, project: &Project, codes: &CodeLists) -> Result<(), Vec<PullError>> {
        if self.files.is_empty() {
            return Err(vec![no_file(project, self.contract)]);
        }
        let bytes = self.document.as_bytes();
        let terms = OwnTerms { project, contract: &patient(self.contract), codes };
        let staged = terms.stage(&self.path, bytes, bytes.len() as u64)?;
        let mut errors: Vec<PullError> = Vec::new();
        for column in staged.strangers {
            let refusal = || Refusal::UnknownColumn { column: column.clone() };
            let files = self.files.iter().filter_map(|file| Some((file, file.span(&column)?)));
            errors.extend(files.map(|(file, span)| file.refused(self.contract, Some(span), refusal())));
        }
        for (row, breach) in staged.breaches {
            let Some(file) = self.lines.iter().position(|line| *line == row).and_then(|at| self.files.get(at)) else {
                continue;
            };
            let span = file.span(&breach.column);
            let line = place(&file.text, span.as_ref().unwrap_or(&(0..0))).0;
            errors.push(file.refused(self.contract, span, breach.frozen(line)));
        }
        if let Some(refusal) = staged.refusal {
            errors.push(PullError::Refused {
                source_name: self.contract.name.clone(),
                file: self.path.clone(),
                refusal: Box::new(refusal),
            });
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl EntryFile {
    /// Where the value at a dotted path stands.
    fn span(&self, path: &str) -> Option<Range<usize>> {
        let root = DeTable::parse(&self.text).ok()?;
        let (mut table, mut span) = (root.get_ref(), None);
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            let value = table.get(part)?;
            span = Some(value.span());
            if parts.peek().is_some() {
                table = value.get_ref().as_table()?;
            }
        }
        span
    }

    fn refused(&self, contract: &Contract, span: Option<Range<usize>>, refusal: Refusal) -> PullError {
        let file = match span {
            Some(span) => {
                let (line, column) = place(&self.text, &span);
                format!("{}:{line}:{column}", self.file)
            }
            None => self.file.clone(),
        };
        PullError::Refused { source_name: contract.name.clone(), file, refusal: Box::new(refusal) }
    }
}

/// The files of a pattern in order, by their path below the models, each with the name of what it describes.
fn paths(project: &Project, pattern: &FilePattern) -> Result<Vec<(String, String)>, PullError> {
    let folder = project.models().join(pattern.folder());
    let unreadable =
        |error: std::io::Error| PullError::Unreadable { what: folder.display().to_string(), reason: error.to_string() };
    let mut paths = Vec::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let path = format!("{}/{}", pattern.folder(), name.to_string_lossy());
        if let Some(name) = pattern.name_in(&path).map(str::to_owned) {
            paths.push((path, name));
        }
    }
    paths.sort();
    Ok(paths)
}

fn no_file(project: &Project, contract: &Contract) -> PullError {
    PullError::Missing {
        source_name: contract.name.clone(),
        years: Vec::new(),
        address: project.models().display().to_string(),
        patterns: contract.patterns().map(ToString::to_string).collect(),
        need: Need::Required,
    }
}

/// The lines at which the records of a document begin, as the parser counts them.
fn lines_of_records(document: &str) -> Vec<u64> {
    let Ok(root) = DeTable::parse(document) else { return Vec::new() };
    let arrays = root.get_ref().values().filter_map(|value| value.get_ref().as_array());
    arrays.flat_map(|records| records.iter().map(Spanned::span)).map(|span| place(document, &span).0).collect()
}

/// Line and column of what begins at `span`, from 1.
fn place(text: &str, span: &Range<usize>) -> (u64, u64) {
    let before = &text[..span.start.min(text.len())];
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() as u64 + 1, line.chars().count() as u64 + 1)
}
