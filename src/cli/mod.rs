//! The command line: data on stdout, everything else on stderr, exit codes as in
//! [`crate::problem::Exit`].

mod error;
mod graph;
mod proofs;
mod schedule;
mod scratch;
mod upkeep;
mod verbs;
mod view;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::runtime::Builder;

use crate::definition::Project;
use crate::job::{Context, JobError, Stage, Stages};
use crate::observe::{Bars, Cancel, Log, LogFormat, Observer, Observers};
use crate::pull::PULL_THREAD;
use crate::store::{Usage, VersionNumber};

use error::CliError;
use proofs::{DiffLook, HowDeep, KeyForm, OfFigure, VersionsLook};
use scratch::Scratch;
use upkeep::{Because, Cleaning};
use verbs::{CloserLook, Demanded, OfVersion, RejectsAction};
use view::{Answer, OutputFormat};

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
    format: OutputFormat,
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
        #[command(flatten)]
        demand: Demanded,
    },
    /// Pull the extracts that are not staged yet
    Pull {
        /// The pipelines; all if none is named
        pipelines: Vec<String>,
        #[command(flatten)]
        demand: Demanded,
    },
    /// Run the models that are not derived yet
    Derive {
        /// The pipelines; all if none is named
        pipelines: Vec<String>,
        #[command(flatten)]
        demand: Demanded,
    },
    /// Audit the derived tables and publish them as a version
    Publish {
        /// The pipelines; all if none is named
        pipelines: Vec<String>,
        #[command(flatten)]
        demand: Demanded,
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
        look: CloserLook,
        #[command(flatten)]
        version: OfVersion,
    },
    /// Show how the sources become the published tables; or what one table reads, and what reads it
    Graph {
        /// The table; all published ones if none is named
        table: Option<String>,
        /// The pipeline, if there are several
        #[arg(long)]
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
        #[command(flatten)]
        version: OfVersion,
    },
    /// Query published tables; others as `derived.MODEL` and `staged.TABLE`
    Sql {
        /// The query
        query: String,
        /// The pipeline, if there are several
        #[arg(long)]
        pipeline: Option<String>,
        #[command(flatten)]
        version: OfVersion,
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
        action: Option<RejectsAction>,
        /// The pipeline, if there are several
        #[arg(long, global = true)]
        pipeline: Option<String>,
    },
    /// List the published versions
    Versions {
        /// The pipeline, if there are several
        pipeline: Option<String>,
        #[command(flatten)]
        look: VersionsLook,
    },
    /// Prove a version: every file behind it is as its record says, and its audits find what they found
    Verify {
        /// The version; the latest if none is given
        number: Option<VersionNumber>,
        #[command(flatten)]
        depth: HowDeep,
        /// The pipeline, if there are several
        #[arg(long)]
        pipeline: Option<String>,
    },
    /// Print the public part of the key that versions are signed with, for those who check them
    PublicKey {
        /// How it is written
        #[arg(long = "as", value_enum, default_value = "hex")]
        form: KeyForm,
    },
    /// Compare two versions: by table and indicator, how many rows are new, gone or another, and why
    Diff {
        /// The version compared with
        before: VersionNumber,
        /// The version compared
        after: VersionNumber,
        #[command(flatten)]
        look: DiffLook,
        /// The pipeline, if there are several
        #[arg(long)]
        pipeline: Option<String>,
    },
    /// Show a figure as every version had it
    Revisions {
        #[command(flatten)]
        figure: OfFigure,
        /// The pipeline, if there are several
        #[arg(long)]
        pipeline: Option<String>,
    },
    /// Show where a figure comes from: value, numerator, denominator, SQL, tables and extracts, with their rows
    Explain {
        #[command(flatten)]
        figure: OfFigure,
        /// The pipeline, if there are several
        #[arg(long)]
        pipeline: Option<String>,
        #[command(flatten)]
        version: OfVersion,
    },
    /// Take versions back: publish the content of an earlier one once more, and hold it until `release`
    Rollback {
        /// The version whose content comes back
        number: VersionNumber,
        #[command(flatten)]
        because: Because,
        /// The pipeline, if there are several
        #[arg(long)]
        pipeline: Option<String>,
    },
    /// Let runs publish again after a rollback
    Release {
        /// The pipeline, if there are several
        pipeline: Option<String>,
    },
    /// Clean the store of what no version was made of and no run would use
    Gc {
        #[command(flatten)]
        cleaning: Cleaning,
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
}

impl Command {
    /// What it does with the store. A command that has nothing to do without one makes no folder, so that a mistyped address leaves
    /// none behind.
    fn usage(&self) -> Usage {
        match self {
            Self::Run { .. } | Self::Pull { .. } | Self::Derive { .. } | Self::Publish { .. } => Usage::Write,
            Self::Plan { .. }
            | Self::Check { .. }
            | Self::Status { .. }
            | Self::Graph { .. }
            | Self::Indicator { .. }
            | Self::Sql { .. }
            | Self::Sources { .. }
            | Self::Rejects { .. }
            | Self::Versions { .. }
            | Self::Verify { .. }
            | Self::PublicKey { .. }
            | Self::Diff { .. }
            | Self::Revisions { .. }
            | Self::Explain { .. }
            | Self::Rollback { .. }
            | Self::Release { .. }
            | Self::Gc { .. }
            | Self::Schedule { .. } => Usage::Look,
        }
    }
}

/// Opens the project and its store as the command line has them.
fn open(global: &Global, usage: Usage, cancel: Cancel) -> Result<Context, JobError> {
    let mut project = Project::read(&global.project, &global.env)?;
    // What is given on the command line is relative to where the person stands.
    if let Some(store) = &global.store {
        project.environment.store = absolute(store);
    }
    if let Some(extracts) = &global.extracts {
        project.environment.extracts = absolute(extracts);
    }
    Context::open(project, usage, observers(global.log), cancel)
}

/// Who hears of what a command does: log lines, and bars where a person sees them.
fn observers(log: LogFormat) -> Observers {
    let bars = Bars::on_terminal(log).map(|bars| Box::new(bars) as Box<dyn Observer>);
    let lines: Box<dyn Observer> = Box::new(Log);
    Observers::new(std::iter::once(lines).chain(bars).collect())
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
    Log::start(arguments.global.log);
    tell_panics_discreetly();
    // Without a folder for temporary files those commands fail that need one.
    let cancel = Cancel::default();
    let _scratch = Scratch::open(cancel.clone());
    let (format, log) = (arguments.global.format, arguments.global.log);
    let command = move || {
        let runtime = Builder::new_multi_thread()
            .enable_all()
            .thread_stack_size(STACK_BYTES)
            .max_blocking_threads(BLOCKING_THREADS)
            .build();
        let answer = runtime.map_err(CliError::Start)?.block_on(dispatch(arguments, cancel))?;
        answer.print(format)
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(command);
    let result = match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(CliError::Bug),
        Err(source) => Err(CliError::Start(source)),
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

async fn dispatch(arguments: Arguments, cancel: Cancel) -> Result<Answer, CliError> {
    let Arguments { global, command } = arguments;
    let context = &open(&global, command.usage(), cancel)?;
    match command {
        Command::Run { pipelines, demand } => verbs::run(context, &pipelines, Stages::ALL, demand).await,
        Command::Pull { pipelines, demand } => verbs::pull(context, &pipelines, demand).await,
        Command::Derive { pipelines, demand } => {
            verbs::run(context, &pipelines, Stages::only(Stage::Derive), demand).await
        }
        Command::Publish { pipelines, demand } => {
            verbs::run(context, &pipelines, Stages::only(Stage::Publish), demand).await
        }
        Command::Plan { pipelines } => verbs::plan(context, &pipelines).await,
        Command::Check { pipelines } => verbs::check(context, &pipelines).await,
        Command::Status { pipeline, version, look } => verbs::status(context, pipeline.as_ref(), version, look).await,
        Command::Graph { table, pipeline, drawing } => {
            graph::graph(context, pipeline.as_ref(), table.as_deref(), drawing).await
        }
        Command::Indicator { id, pipeline, version } => {
            verbs::indicator(context, pipeline.as_ref(), version, &id).await
        }
        Command::Sql { query, pipeline, version } => verbs::sql(context, pipeline.as_ref(), version, &query).await,
        Command::Sources { source, pipeline } => verbs::sources(context, pipeline.as_ref(), source.as_ref()).await,
        Command::Rejects { action, pipeline } => verbs::rejects(context, pipeline.as_ref(), action).await,
        Command::Versions { pipeline, look } => proofs::versions(context, pipeline.as_ref(), look).await,
        Command::Diff { before, after, look, pipeline } => {
            proofs::diff(context, pipeline.as_ref(), before, after, look).await
        }
        Command::Revisions { figure, pipeline } => proofs::revisions(context, pipeline.as_ref(), figure).await,
        Command::Explain { figure, pipeline, version } => {
            proofs::explain(context, pipeline.as_ref(), version, figure).await
        }
        Command::Verify { number, depth, pipeline } => proofs::verify(context, pipeline.as_ref(), number, depth).await,
        Command::PublicKey { form } => proofs::public_key(context, form),
        Command::Rollback { number, because, pipeline } => {
            upkeep::rollback(context, pipeline.as_ref(), number, because).await
        }
        Command::Release { pipeline } => upkeep::release(context, pipeline.as_ref()).await,
        Command::Gc { cleaning } => upkeep::gc(context, cleaning).await,
        Command::Schedule { target, image } => Ok(schedule::schedule(context, &global.env, target, &image)),
    }
}
