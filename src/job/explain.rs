//! Where a figure comes from: its value, its numerator and denominator, the query that counts them, and step by step the tables
//! that it reads, down to the extracts.

use std::collections::{BTreeMap, BTreeSet};

use super::query::VersionReader;
use super::revisions::Figure;
use super::{Context, JobError, Rows};
use crate::definition::Pipeline;
use crate::derive::model_files;
use crate::store::{Artefact, Provenance, VersionNumber, Zone};

/// One step on the way down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stone {
    /// How far below the figure; 0 is the model that counts it.
    pub depth: usize,
    /// `model` or `extract`.
    pub kind: &'static str,
    /// The table.
    pub table: String,
    /// The year, where it is of one.
    pub year: Option<i16>,
    /// Its rows.
    pub rows: u64,
    /// The SQL file that makes it, or the extract's file.
    pub file: String,
    /// Whether what it was made of is told further up.
    pub again: bool,
}

/// A figure and where it comes from.
#[derive(Debug)]
pub struct Explained {
    /// The version that says it.
    pub version: VersionNumber,
    /// Its rows in the published table: value, numerator, denominator and status.
    pub figure: Rows,
    /// What it was made of, each thing before what it was made of itself.
    pub way: Vec<Stone>,
}

/// Explains a figure in a version, or in the latest.
///
/// # Errors
/// There is no such version or figure, or a file is gone or damaged.
pub async fn explain(
    context: &Context,
    pipeline: &Pipeline,
    version: Option<VersionNumber>,
    figure: &Figure,
) -> Result<Explained, JobError> {
    let reader = VersionReader::open(context, pipeline, version).await?;
    let rows = reader.rows(&figure.query(&reader).await?).await?;
    if rows.rows.is_empty() {
        let of_all_years = Figure { year: None, ..figure.clone() };
        let there = reader.rows(&of_all_years.query(&reader).await?).await?.rows;
        let years: Vec<String> = there.iter().filter_map(|row| Some(row.first()?.to_string())).collect();
        let asked = figure.year.map_or_else(|| "any".to_owned(), |year| year.to_string());
        return Err(JobError::unknown("year of the figure", &asked, years.iter().map(String::as_str)));
    }
    let indicator = figure.known(&reader).await?;
    let manifest = &reader.version.manifest;
    let of_figure = |year: Option<i16>| year.is_none() || figure.year.is_none() || year == figure.year;
    let counting = manifest.models.iter().filter(|entry| entry.model == indicator && of_figure(entry.year));
    let mut roots: Vec<&Artefact> = counting.map(|entry| &entry.artefact).collect();
    if roots.is_empty() {
        // No model counts it alone: then it comes from all that its table does.
        roots.extend(manifest.tables.get("indicator_value").map(|table| &table.artefact));
    }
    let extracts: BTreeMap<&Artefact, _> = manifest.extracts.iter().map(|entry| (&entry.artefact, entry)).collect();
    let files = model_files(&context.project, &pipeline.name);
    let (mut way, mut seen) = (Vec::new(), BTreeSet::new());
    let mut next: Vec<(usize, String, Artefact)> =
        roots.into_iter().rev().map(|artefact| (0, artefact.name.clone(), artefact.clone())).collect();
    while let Some((depth, table, artefact)) = next.pop() {
        let again = !seen.insert((artefact.clone(), table.clone()));
        if let Some(entry) = extracts.get(&artefact) {
            let rows = entry.rows.get(&table).copied().unwrap_or_default();
            let file = entry.file.clone();
            way.push(Stone { depth, kind: "extract", table, year: entry.year, rows, file, again: false });
            continue;
        }
        let Some(record) = context.store.artefact(&artefact).await? else {
            return Err(context.store.gone(&artefact.record_path()).into());
        };
        let Provenance::Model { year, inputs, .. } = &record.provenance else { continue };
        let rows = record.tables.get(&artefact.name).map_or(0, |entry| entry.rows);
        let file = files.get(&artefact.name).map(|file| file.display().to_string()).unwrap_or_default();
        way.push(Stone { depth, kind: "model", table: artefact.name.clone(), year: *year, rows, file, again });
        if again {
            continue;
        }
        let below = inputs.iter().flat_map(|(table, artefacts)| artefacts.iter().map(move |it| (table, it)));
        let below: Vec<_> = below
            .map(|(table, it)| {
                let table = if it.zone == Zone::Derived { &it.name } else { table };
                (depth + 1, table.clone(), it.clone())
            })
            .collect();
        next.extend(below.into_iter().rev());
    }
    Ok(Explained { version: reader.version.commit.version, figure: rows, way })
}
