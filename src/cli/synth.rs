//! `synth`: a synthetic country in the registers' own formats.

use std::num::NonZeroU32;
use std::path::Path;

use serde::Deserialize;

use super::error::CliError;
use super::output::Answer;
use crate::definition::Project;
use crate::pull::code_lists;
use crate::synth::{Municipality, Options, Scale, write};

/// The seed of the committed testdata: the day of the extract behind figure 2 of the plan of 2018.
pub(super) const SEED: u64 = 20_180_418;

/// Reads `2014-2025`.
pub(super) fn parse_years(text: &str) -> Result<(i16, i16), String> {
    text.split_once('-')
        .and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)))
        .filter(|(first, last)| first <= last)
        .ok_or_else(|| format!("`{text}` are no years: give FIRST-LAST, as 2014-2025"))
}

/// Reads `0.002`.
pub(super) fn parse_scale(text: &str) -> Result<Scale, String> {
    Scale::parse(text).ok_or_else(|| format!("`{text}` is no share of the people: give one from 0.000001 to 1"))
}

/// Reads `0.001`, the share of the rows that are broken, in millionths.
pub(super) fn parse_faults(text: &str) -> Result<NonZeroU32, String> {
    // More would have the extracts refused, which is no use for finding single rows.
    let share = Scale::parse(text).filter(|share| share.0 <= 20_000).and_then(|share| NonZeroU32::new(share.0));
    share.ok_or_else(|| format!("`{text}` is no share of rows from 0.000001 to 0.02"))
}

pub(super) async fn synth(project: &Project, out: &Path, options: Options) -> Result<Answer, CliError> {
    let municipalities = municipalities(&project.definitions().join("reference/kommune.csv"))?;
    // Those that no pipeline reads are written by nobody.
    let read = project.pipelines.values().flat_map(|pipeline| project.contracts_of(pipeline));
    let contracts = read.map(|contract| (contract.name.clone(), contract.clone())).collect();
    let code_lists = code_lists(project).await?;
    let summary = write(&options, &municipalities, &contracts, &code_lists, out)?;
    let row = [
        out.display().to_string().into(),
        summary.files.len().into(),
        summary.rows.into(),
        summary.faults.len().into(),
    ];
    Ok(Answer::rows(["folder", "files", "rows", "faults"], vec![row]))
}

/// The municipalities with a region, each as it was first: the synthetic years begin before the reform of 2027.
fn municipalities(file: &Path) -> Result<Vec<Municipality>, CliError> {
    let failed = |error: csv::Error| CliError::Output(error.into());
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_path(file).map_err(failed)?;
    let mut municipalities: Vec<Municipality> = Vec::new();
    for row in reader.deserialize() {
        let row: MunicipalityRow = row.map_err(failed)?;
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
