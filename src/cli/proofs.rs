//! The commands that prove, compare and explain what is published.

use std::fs;

use clap::ValueEnum;

use super::error::CliError;
use super::verbs::OfVersion;
use super::view::{self, Answer};
use crate::job::{self, Context, Depth, Figure, JobError, Narrowed, Versions};
use crate::publish::PublishedVersion;
use crate::store::{NotAPublicKey, PublicKey, VersionLog, VersionNumber};

/// How far `verify` goes.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct HowDeep {
    /// Derive the version again, too, from its extracts as they were staged, and compare every table byte for byte
    #[arg(long)]
    rebuild: bool,
    /// Check that whoever has the private part of this public key published the version: 64 hexadecimal digits, or a file
    /// with them or with the key in PEM
    #[arg(long, value_parser = public_key_of)]
    key: Option<PublicKey>,
}

/// A public key, or what is in the file of that name.
fn public_key_of(text: &str) -> Result<PublicKey, NotAPublicKey> {
    text.parse().or_else(|_| fs::read_to_string(text).map_err(|_| NotAPublicKey)?.parse())
}

/// How a key is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum KeyForm {
    /// 64 hexadecimal digits
    Hex,
    /// PEM, which openssl reads
    Pem,
}

/// The public part of the key in the environment.
pub(super) fn public_key(context: &Context, form: KeyForm) -> Result<Answer, CliError> {
    let key = context.the_signing_key()?.public();
    Ok(Answer::Text(match form {
        KeyForm::Hex => format!("{key}\n"),
        KeyForm::Pem => key.pem(),
    }))
}

impl From<HowDeep> for Depth {
    fn from(how: HowDeep) -> Self {
        if how.rebuild { Self::Rebuild } else { Self::Records }
    }
}

/// What `versions` looks at closer.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct VersionsLook {
    /// Show what each version has otherwise than the one before it, and why, a line each
    #[arg(long)]
    changes: bool,
}

/// What `diff` looks at closer.
#[derive(Debug, clap::Args)]
pub(super) struct DiffLook {
    /// Only this published table
    #[arg(long)]
    table: Option<String>,
    /// Only this indicator
    #[arg(long)]
    indicator: Option<String>,
    /// Show every value that is another, before and after
    #[arg(long, conflicts_with = "markdown")]
    values: bool,
    /// Write a document in Markdown: what is another, why, and the first values of each
    #[arg(long)]
    markdown: bool,
}

/// A figure.
#[derive(Debug, clap::Args)]
pub(super) struct OfFigure {
    /// The indicator
    indicator: String,
    /// A geography, as DK, 1084 or 751
    #[arg(long)]
    geo: Option<String>,
    /// A year
    #[arg(long)]
    year: Option<i16>,
}

impl From<OfFigure> for Figure {
    fn from(OfFigure { indicator, geo, year }: OfFigure) -> Self {
        Self { indicator, geo, year }
    }
}

pub(super) async fn verify(
    context: &Context,
    pipeline: Option<&String>,
    version: Option<VersionNumber>,
    depth: HowDeep,
) -> Result<Answer, CliError> {
    let proof = job::verify(context, context.pipeline(pipeline)?, version, depth.into(), depth.key).await?;
    let answer = view::proof(&proof);
    Ok(match proof.verdict() {
        None => answer,
        Some(verdict) => Answer::Found(Box::new(answer), Box::new(verdict)),
    })
}

pub(super) async fn versions(
    context: &Context,
    pipeline: Option<&String>,
    VersionsLook { changes }: VersionsLook,
) -> Result<Answer, CliError> {
    let dataset = &context.pipeline(pipeline)?.dataset;
    let log = VersionLog::new(&context.store, dataset);
    let mut versions = Vec::new();
    for version in PublishedVersion::all(&context.store, dataset).await.map_err(JobError::from)? {
        let released = match version.commit.restores {
            Some(_) => log.released(version.commit.version).await.map_err(JobError::from)?,
            None => None,
        };
        versions.push((version, released));
    }
    Ok(if changes { view::changes(&versions) } else { view::versions(&versions) })
}

pub(super) async fn diff(
    context: &Context,
    pipeline: Option<&String>,
    before: VersionNumber,
    after: VersionNumber,
    look: DiffLook,
) -> Result<Answer, CliError> {
    let DiffLook { table, indicator, values, markdown } = look;
    let narrowed = Narrowed { table, indicator };
    let versions = Versions::open(context, context.pipeline(pipeline)?, before, after).await?;
    if values {
        return Ok(Answer::Rows(versions.values(&narrowed).await?.into()));
    }
    if markdown {
        let values = versions.values(&narrowed).await?;
        return Ok(Answer::Text(view::markdown(&versions.compare(&narrowed).await?, &values)));
    }
    let comparison = versions.compare(&narrowed).await?;
    for overall in &comparison.overall {
        eprintln!("{overall}");
    }
    Ok(view::differences(&comparison))
}

pub(super) async fn revisions(
    context: &Context,
    pipeline: Option<&String>,
    figure: OfFigure,
) -> Result<Answer, CliError> {
    Ok(Answer::Rows(job::revisions(context, context.pipeline(pipeline)?, &figure.into()).await?))
}

pub(super) async fn explain(
    context: &Context,
    pipeline: Option<&String>,
    OfVersion { version }: OfVersion,
    figure: OfFigure,
) -> Result<Answer, CliError> {
    let explained = job::explain(context, context.pipeline(pipeline)?, version, &figure.into()).await?;
    Ok(view::explained(&explained))
}
