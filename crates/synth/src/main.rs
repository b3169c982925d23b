//! `maaltal-synth`: a synthetic country in the registers' own formats.

use std::error::Error;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use maaltal_definition::problem::{Exit, Explain};
use maaltal_definition::{DefinitionError, Project};
use maaltal_synth::{
    BrokenFiles, Options, Scale, Sowing, Summary, SynthError, UNWRITTEN, code_lists, municipalities, write,
};

/// The seed of the committed testdata: the day of the extract behind figure 2 of the plan of 2018.
const SEED: u64 = 20_180_418;

/// Write synthetic extracts in the registers' own formats
#[derive(Debug, Parser)]
#[command(name = "maaltal-synth", version)]
struct Arguments {
    /// The folder to write to
    #[arg(long, default_value = "testdata")]
    out: PathBuf,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// The years, as FIRST-LAST
    #[arg(long, default_value = "2014-2025", value_parser = parse_years)]
    years: (i16, i16),
    /// The share of the people, from 0.000001 to 1: thins persons and their services, never practices
    #[arg(long, default_value = "0.0005", value_parser = parse_scale)]
    scale: Scale,
    /// The share of the rows to break on purpose, at most 0.02; `_faults.json` lists them
    #[arg(long, value_parser = parse_faults)]
    faults: Option<NonZeroU32>,
    /// Break files as a whole too, one in every way that a file can be broken; on the same list
    #[arg(long)]
    broken_files: bool,
    /// The project whose contracts the extracts are under: the folder that holds `pipelines`
    #[arg(long, default_value = ".", env = "MAALTAL_PROJECT")]
    project: PathBuf,
    /// The environment: a file in `pipelines/environments`
    #[arg(long, default_value = "local", env = "MAALTAL_ENV")]
    env: String,
}

/// Reads `2014-2025`.
fn parse_years(text: &str) -> Result<(i16, i16), String> {
    text.split_once('-')
        .and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)))
        .filter(|(first, last)| first <= last)
        .ok_or_else(|| format!("`{text}` are no years: give FIRST-LAST, as 2014-2025"))
}

/// Reads `0.002`.
fn parse_scale(text: &str) -> Result<Scale, String> {
    Scale::parse(text).ok_or_else(|| format!("`{text}` is no share of the people: give one from 0.000001 to 1"))
}

/// Reads `0.001`, the share of the rows that are broken, in millionths.
fn parse_faults(text: &str) -> Result<NonZeroU32, String> {
    // More would have the extracts refused, which is no use for finding single rows.
    let share = Scale::parse(text).map(Scale::millionths).filter(|share| *share <= 20_000).and_then(NonZeroU32::new);
    share.ok_or_else(|| format!("`{text}` is no share of rows from 0.000001 to 0.02"))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let project = match Project::read(&arguments.project, &arguments.env) {
        Ok(project) => project,
        Err(errors) => return refuse(&errors),
    };
    match synth(&project, &arguments) {
        Ok(summary) => {
            let Summary { files, rows, faults } = summary;
            println!("{}: {} files, {rows} rows, {} faults", arguments.out.display(), files.len(), faults.len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(cause) = error.source() {
                eprintln!("  {cause}");
            }
            ExitCode::from(Exit::Store.code())
        }
    }
}

fn synth(project: &Project, arguments: &Arguments) -> Result<Summary, SynthError> {
    let &Arguments { seed, years: (first_year, last_year), scale, faults: rows, broken_files, .. } = arguments;
    let files = if broken_files { BrokenFiles::OneOfEach } else { BrokenFiles::None };
    let faults = (rows.is_some() || broken_files).then_some(Sowing { rows, files });
    let options = Options { seed, first_year, last_year, scale, faults };
    let written = project.contracts.iter().filter(|(name, _)| !UNWRITTEN.contains(&name.as_str()));
    let contracts = written.map(|(name, contract)| (name.clone(), contract.clone())).collect();
    write(&options, &municipalities(project)?, &contracts, &code_lists(project)?, &arguments.out)
}

fn refuse(errors: &[DefinitionError]) -> ExitCode {
    for error in errors {
        eprintln!("error: {error}");
        error.details().iter().for_each(|detail| eprintln!("  {detail}"));
        if let Some(hint) = error.hint() {
            eprintln!("\nhint: {hint}");
        }
    }
    ExitCode::from(Exit::Definition.code())
}
