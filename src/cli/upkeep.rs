//! The commands that take versions back and clean the store.

use jiff::{SignedDuration, Timestamp};

use super::error::CliError;
use super::view::{self, Answer};
use crate::job::{self, Ages, Context, Deed};
use crate::store::VersionNumber;

/// Why a version is taken back.
#[derive(Debug, clap::Args)]
pub(super) struct Because {
    /// Why, in the version's record: everybody who reads what is published can read it
    #[arg(long)]
    reason: Option<String>,
}

/// What `gc` removes.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Cleaning {
    /// Remove what may go, instead of telling it
    #[arg(long)]
    delete: bool,
    /// Tell what may go, and remove nothing: so it is without `--delete` too
    #[arg(long, conflicts_with = "delete")]
    dry_run: bool,
    /// Keep what was written in so many days
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    keep_days: u32,
    /// Tables on persons that are older may go too, although earlier versions can't be proved without them. What the latest
    /// version was made of stays, and what a run would use; and so does what `--keep-days` keeps
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    retention_days: Option<u32>,
}

pub(super) async fn gc(context: &Context, cleaning: Cleaning) -> Result<Answer, CliError> {
    let Cleaning { delete, keep_days, retention_days, .. } = cleaning;
    let deed = if delete { Deed::Remove } else { Deed::Tell };
    let ages = Ages { unneeded: days_ago(keep_days), persons: retention_days.map(days_ago) };
    let swept = job::gc(context, ages, deed).await?;
    eprintln!("{}", view::swept_in_words(&swept, deed));
    Ok(view::swept(&swept, deed))
}

/// Further back than there are days is nothing that old.
fn days_ago(days: u32) -> Timestamp {
    Timestamp::now().checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN)
}

pub(super) async fn rollback(
    context: &Context,
    pipeline: Option<&String>,
    version: VersionNumber,
    Because { reason }: Because,
) -> Result<Answer, CliError> {
    let pipeline = context.pipeline(pipeline)?;
    let taken_back = job::rollback(context, pipeline, version, reason.as_deref()).await?;
    Ok(Answer::rows(view::TAKEN_BACK, vec![view::taken_back(&pipeline.dataset, version, &taken_back)]))
}

pub(super) async fn release(context: &Context, pipeline: Option<&String>) -> Result<Answer, CliError> {
    let pipeline = context.pipeline(pipeline)?;
    let lifted = job::release(context, pipeline).await?;
    Ok(Answer::rows(view::LIFTED, vec![view::lifted(&pipeline.dataset, &lifted)]))
}
