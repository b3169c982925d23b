//! One delivery beside the next: a year whose extract has far fewer rows than the year before was cut
//! off somewhere that no trailer told of, and a part with the bytes of another is not that part.

use std::collections::BTreeMap;

use super::error::PullError;
use super::plan::ExtractStep;
use crate::definition::Project;
use crate::store::{ArtefactRecord, Digest};

/// Compares the accepted rows of each yearly extract with those of the year before, and the parts of a year with each other.
///
/// # Errors
/// All extracts whose rows differ by more than their contract allows, and all parts with rows that are there twice.
pub fn compare(project: &Project, steps: &[(&ExtractStep, &ArtefactRecord)]) -> Result<(), Vec<PullError>> {
    let mut by_source: BTreeMap<&str, BTreeMap<i16, (&str, u64)>> = BTreeMap::new();
    let mut parts: BTreeMap<(&str, i16, Digest), &str> = BTreeMap::new();
    let mut failures = Vec::new();
    for (step, record) in steps {
        let extract = &step.extract;
        let (Some(year), Some(contract)) = (extract.year, project.contracts.get(&extract.source)) else { continue };
        let rows = contract.tables.iter().filter_map(|table| record.tables.get(&table.name)).map(|table| table.rows);
        let rows: u64 = rows.sum();
        // A year may come in parts. Two without a row may be equal.
        by_source.entry(&extract.source).or_default().entry(year).or_insert((&extract.file, 0)).1 += rows;
        let other = parts.insert((&extract.source, year, extract.sha256), &extract.file).filter(|_| rows > 0);
        if let Some(other) = other {
            let files = [other, &extract.file].map(str::to_owned);
            failures.push(PullError::PartTwice { source_name: extract.source.clone(), year, files });
        }
    }
    for (source, years) in by_source {
        let Some(within) = project.contracts.get(source).and_then(|contract| contract.rows_within) else { continue };
        for (year, (file, rows)) in &years {
            let Some((_, previous)) = years.get(&(year - 1)) else { continue };
            // Nothing is a share of nothing: after a year without a row every number is the first.
            if *previous > 0 && rows.abs_diff(*previous) as f64 > within * *previous as f64 {
                failures.push(PullError::RowsOutside {
                    source_name: source.to_owned(),
                    file: (*file).to_owned(),
                    rows: *rows,
                    previous: *previous,
                    within: within * 100.0,
                });
            }
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}
