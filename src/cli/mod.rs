//! The command line: data on stdout, everything else on stderr, exit codes as in
//! [`crate::problem::Exit`].

mod accounts;
mod build;
mod check;
mod dictionary;
mod error;
mod graph;
mod indicator;
mod output;
mod plan;
mod rejects;
mod run;
mod schedule;
mod scratch;
mod sources;
mod sql;
mod status;
mod synth;
mod versions;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::runtime::Builder;

use crate::definition::{Pipeline, Project};
use crate::observe::{LogFormat, Progress, printable, start_logging};
use crate::problem::Explain;
use crate::pull::PULL_THREAD;
use crate::store::{Store, VersionNumber};
use crate::synth::{BrokenFiles, Options, Scale, Sowing};

use error::CliError;
use output::{Answer, Format};
use scratch::Scratch;

/// Threads that wait for files: the system's allocator keeps memory for every thread there ever was.
const BLOCKING_THREADS: usize = 8;

/// Deep queries recurse deeply in the planner.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// From register extracts to published, dated, checkable goal indicators.
#[derive(Debug, Parser)]
#[command(name = "maaltal", version)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, clap::Args)]
struct Global {
    /// The project: the folder that holds `pipelines` and `sql`
    #[arg(long, global = true, default_value = ".", env = "MAALTAL_PROJECT")]
    project: PathBuf,
    /// The environment: a file in `pipelines/environments`
    #[arg(long, global = true, default_value = "local", env = "MAALTAL_ENV")]
    env: String,
    /// The store, instead of the environment's: a folder or an s3:// URL
    #[arg(long, global = true)]
    store: Option<String>,
    /// The extracts, instead of the environment's: a folder or an s3:// URL
    #[arg(long, global = true)]
    extracts: Option<String>,
    /// How data on stdout is written
    #[arg(long, global = true, value_enum, default_value = "table")]
    format: Format,
    /// How logs on stderr are written
    #[arg(long, global = true, value_enum, default_value = "text")]
    log: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Pull, derive and publish; up to date is exit 0 and nothing written
    Run {
        /// The pipelines; all if none is named
        pipelines: Vec<String>,
    },
    /// Pull the extracts that are not staged yet
    Pull {
        /// The pipelines; all if none is named
        pipelines: Vec<String>,
    },
    /// Run the models that are not derived yet
    Derive {
        /// The pipelines; all if none is named
        pipelines: Vec<String>,
    },
    /// Audit the derived tables and publish them as a version
    Publish {
        /// The pipelines; all if none is named
        pipelines: Vec<String>,
    },
    /// Show what would run, and why
    Plan {
        /// The pipelines; all if none is named
        pipelines: Vec<String>,
    },
    /// Check definitions and SQL against the contracts, without reading data
    Check {
        /// The pipelines; all if none is named
        pipelines: Vec<String>,
    },
    /// Show goals by region: value, target and status; or one goal's years in one geography
    Status {
        /// The pipeline, if there are several
        pipeline: Option<String>,
        #[command(flatten)]
        closer: status::Closer,
        /// The version; the latest if none is given
        #[arg(long)]
        version: Option<VersionNumber>,
    },
    /// Show how the sources become the published tables
    Graph {
        /// The pipeline, if there are several
        pipeline: Option<String>,
        /// How it is drawn
        #[arg(long = "as", value_enum, default_value = "tree")]
        drawing: graph::Drawing,
    },
    /// Show an indicator's entry in the dictionary, its targets and its values for the country
    Indicator {
        /// The indicator
        id: String,
        /// The pipeline, if there are several
        #[arg(long)]
        pipeline: Option<String>,
        /// The version; the latest if none is given
        #[arg(long)]
        version: Option<VersionNumber>,
    },
    /// Query published tables; others as `derived.MODEL` and `staged.TABLE`
    Sql {
        /// The query
        query: String,
        /// The pipeline, if there are several
        #[arg(long)]
        pipeline: Option<String>,
        /// The version; the latest if none is given
        #[arg(long)]
        version: Option<VersionNumber>,
    },
    /// List the sources: format, freshness, rows and rejects; or show one as a data dictionary
    Sources {
        /// The source
        source: Option<String>,
        /// The pipeline, if there are several
        #[arg(long)]
        pipeline: Option<String>,
    },
    /// List, show and replay rejected rows
    Rejects {
        #[command(subcommand)]
        action: Option<rejects::Action>,
        /// The pipeline, if there are several
        #[arg(long, global = true)]
        pipeline: Option<String>,
    },
    /// List the published versions
    Versions {
        /// The pipeline, if there are several
        pipeline: Option<String>,
    },
    /// Print the pipelines' schedules for cron or Kubernetes
    Schedule {
        /// For whom
        #[arg(long = "as", value_enum)]
        target: schedule::Target,
        /// The container image, for Kubernetes
        #[arg(long, default_value = "maaltal:latest")]
        image: String,
    },
    /// Write synthetic extracts in the registers' own formats
    Synth {
        /// The folder to write to
        #[arg(long, default_value = "testdata")]
        out: PathBuf,
        /// The same seed gives the same bytes
        #[arg(long, default_value_t = synth::SEED)]
        seed: u64,
        /// The years, as FIRST-LAST
        #[arg(long, default_value = "2014-2025", value_parser = synth::parse_years)]
        years: (i16, i16),
        /// The share of the people, from 0.000001 to 1: thins persons and their services, never practices
        #[arg(long, default_value = "0.002", value_parser = synth::parse_scale)]
        scale: Scale,
        /// The share of the rows to break on purpose, at most 0.02; `_faults.json` lists them
        #[arg(long, value_parser = synth::parse_faults)]
        faults: Option<NonZeroU32>,
        /// Break files as a whole too, one in every way that a file can be broken; on the same list
        #[arg(long)]
        broken_files: bool,
    },
}

/// What every command is given.
struct Context {
    project: Project,
    store: Store,
    progress: Progress,
}

impl Context {
    fn open(global: &Global) -> Result<Self, CliError> {
        let mut project = Project::read(&global.project, &global.env)?;
        if let Some(store) = &global.store {
            // A store given on the command line is relative to where the person stands.
            project.environment.store = absolute(store);
        }
        if let Some(extracts) = &global.extracts {
            project.environment.extracts = absolute(extracts);
        }
        let store = Store::open(&project.environment.store, &project.root)?;
        Ok(Self { project, store, progress: Progress::on_terminal(global.log) })
    }

    /// The pipelines named, or all.
    fn pipelines(&self, names: &[String]) -> Result<Vec<&Pipeline>, CliError> {
        if names.is_empty() {
            return Ok(self.project.pipelines.values().collect());
        }
        names.iter().map(|name| self.pipeline(Some(name))).collect()
    }

    /// The pipeline named, or the only one.
    fn pipeline(&self, name: Option<&String>) -> Result<&Pipeline, CliError> {
        let known = || self.project.pipelines.keys().map(String::as_str);
        match name {
            Some(name) => self.project.pipelines.get(name).ok_or_else(|| CliError::unknown("pipeline", name, known())),
            None => match self.project.pipelines.values().collect::<Vec<_>>().as_slice() {
                [only] => Ok(only),
                _ => Err(CliError::WhichPipeline { known: known().map(str::to_owned).collect() }),
            },
        }
    }
}

fn absolute(address: &str) -> String {
    match address.contains("://") {
        true => address.to_owned(),
        false => {
            std::path::absolute(address).map_or_else(|_| address.to_owned(), |path| path.to_string_lossy().into_owned())
        }
    }
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_logging(arguments.global.log);
    tell_panics_discreetly();
    // Without a folder for temporary files those commands fail that need one.
    let _scratch = Scratch::open();
    let (format, log) = (arguments.global.format, arguments.global.log);
    let command = move || {
        let runtime = Builder::new_multi_thread()
            .enable_all()
            .thread_stack_size(STACK_BYTES)
            .max_blocking_threads(BLOCKING_THREADS)
            .build();
        let answer = runtime.map_err(CliError::Output)?.block_on(dispatch(arguments))?;
        answer.print(format)
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(command);
    let result = match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(CliError::Bug),
        Err(source) => Err(CliError::Output(source)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ExitCode::from(error.report(log).code()),
    }
}

/// A panic's own words may quote what was being read, so that only its place is told, and nothing where it is caught and
/// told as a damaged extract. `RUST_BACKTRACE` brings the words back.
fn tell_panics_discreetly() {
    let in_full = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|wanted| wanted != "0") {
            in_full(panic);
        } else if std::thread::current().name() == Some(PULL_THREAD) {
            tracing::debug!(place, "the reader of an extract panicked");
        } else {
            eprintln!("panicked at {place}; set RUST_BACKTRACE=1 to see why");
        }
    }));
}

async fn dispatch(arguments: Arguments) -> Result<Answer, CliError> {
    let Arguments { global, command } = arguments;
    if let Command::Synth { out, seed, years, scale, faults, broken_files } = command {
        let files = if broken_files { BrokenFiles::OneOfEach } else { BrokenFiles::None };
        let faults = (faults.is_some() || broken_files).then_some(Sowing { rows: faults, files });
        let options = Options { seed, first_year: years.0, last_year: years.1, scale, faults };
        return synth::synth(&Project::read(&global.project, &global.env)?, &out, options).await;
    }
    let context = Context::open(&global)?;
    match command {
        Command::Run { pipelines } => run::run(&context, &pipelines, run::Stages::ALL).await,
        Command::Pull { pipelines } => run::run(&context, &pipelines, run::Stages::PULL).await,
        Command::Derive { pipelines } => run::run(&context, &pipelines, run::Stages::DERIVE).await,
        Command::Publish { pipelines } => run::run(&context, &pipelines, run::Stages::PUBLISH).await,
        Command::Plan { pipelines } => plan::plan(&context, &pipelines).await,
        Command::Check { pipelines } => check::check(&context, &pipelines).await,
        Command::Status { pipeline, version, closer } => {
            status::status(&context, pipeline.as_ref(), version, &closer).await
        }
        Command::Graph { pipeline, drawing } => graph::graph(&context, pipeline.as_ref(), drawing).await,
        Command::Indicator { id, pipeline, version } => {
            indicator::indicator(&context, pipeline.as_ref(), version, &id).await
        }
        Command::Sql { query, pipeline, version } => sql::sql(&context, pipeline.as_ref(), version, &query).await,
        Command::Sources { source, pipeline } => sources::sources(&context, pipeline.as_ref(), source.as_ref()).await,
        Command::Rejects { action, pipeline } => rejects::rejects(&context, pipeline.as_ref(), action).await,
        Command::Versions { pipeline } => versions::versions(&context, pipeline.as_ref()).await,
        Command::Schedule { target, image } => Ok(schedule::schedule(&context, &global, target, &image)),
        Command::Synth { .. } => Ok(Answer::nothing()),
    }
}

/// One error, as a person reads it.
fn print_problem(error: &impl Explain, log: LogFormat) {
    if log == LogFormat::Json {
        let (details, hint) = (error.details().join("; "), error.hint().unwrap_or_default());
        tracing::error!(exit_code = error.exit().code(), details, hint, "{error}");
        return;
    }
    // A line that register data begins must not look like one of ours.
    let shown = |text: &str| printable(text).replace('\n', "\n  ");
    eprintln!("error: {}", shown(&error.to_string()));
    for detail in error.details() {
        eprintln!("  {}", shown(&detail));
    }
    if let Some(hint) = error.hint() {
        eprintln!("\nhint: {}", shown(&hint));
    }
}
