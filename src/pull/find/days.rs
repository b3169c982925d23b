//! The days on which extracts were drawn, where they say it in their content: looked up at its beginning, and remembered.

use std::collections::BTreeMap;
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread;

use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use object_store::ObjectStoreExt;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::origins::{Origins, is_of_one_file, object_path};
use crate::definition::{Contract, DateFormat, DayFrom, Delivery, Match};
use crate::observe::Cancel;
use crate::pull::error::{PullError, temporary_failed};
use crate::pull::mask::Discretion;
use crate::pull::parse::{Stop, declared_day, version_of};
use crate::pull::read::{ObjectReader, PULL_THREAD};
use crate::pull::refusal::Refusal;
use crate::store::Digests;

/// The day that each file says in its content, or why it says none, by source and file.
#[derive(Debug, Default)]
pub(super) struct Days(BTreeMap<String, BTreeMap<String, Result<Date, String>>>);

/// What is known of a file without reading it as a whole.
pub(super) enum Known<'a> {
    /// It is of another source.
    Other,
    /// It is of the source, and which year it serves.
    Of(Match),
    /// It is of the source, and does not say of which day it is.
    NoDay(&'a str),
}

impl Days {
    /// What is known of a file as one of a contract.
    pub(super) fn of(&self, contract: &Contract, file: &str) -> Known<'_> {
        let Some((_, found)) = contract.delivery(file) else { return Known::Other };
        match self.0.get(&contract.name).and_then(|files| files.get(file)) {
            None => Known::Of(found),
            Some(Ok(day)) => {
                Known::Of(Match { year: found.year.or_else(|| Some(day.year())), extract_date: Some(*day) })
            }
            Some(Err(reason)) => Known::NoDay(reason),
        }
    }
}

/// Why a file could not be looked into.
enum Unseen {
    /// It is the fault of this file alone.
    File(String),
    /// No other file could be read either, or there is no room to do it.
    All(PullError),
}

/// What a file says is its day.
struct Declared {
    /// `None` where it says none.
    text: Option<String>,
    /// Where it stands.
    place: String,
    /// How it is written.
    dates: DateFormat,
}

fn declared(bytes: impl Read + Send, file: &str, contract: &Contract, delivery: &Delivery) -> Result<Declared, Stop> {
    let Some((place, dates)) = delivery.format.day_place() else {
        unreachable!("a contract whose files say their day in their content says where")
    };
    Ok(Declared { text: declared_day(bytes, file, delivery, contract)?, place, dates })
}

impl Origins {
    /// Looks into the files of a contract whose names do not say the day, if the contract says that their content does.
    /// Only their beginnings are read, and only of those that changed since they were looked into.
    ///
    /// # Errors
    /// The place that they lie at can't be read.
    pub(super) async fn look_into(
        &self,
        contract: &Contract,
        files: &BTreeMap<String, u64>,
        digests: &Digests,
        at_once: usize,
        days: &mut Days,
    ) -> Result<(), PullError> {
        if contract.day == DayFrom::Name {
            return Ok(());
        }
        let asked = files.keys().filter_map(|file| {
            let (delivery, found) = contract.delivery(file)?;
            found.extract_date.is_none().then_some((file, delivery))
        });
        let told = stream::iter(asked)
            .map(|(file, delivery)| async move {
                let looked = self.look(contract, delivery, file);
                // The same file may say another thing under another contract.
                let question = format!("day under {}", contract.digest);
                let path = object_path(file);
                let answer = digests.answer(self.of(contract.origin), &path, &question, looked).await;
                let day = match answer {
                    Ok(answer) => DateFormat::Iso.parse(&answer).ok_or(answer),
                    Err(Unseen::File(reason)) => Err(format!("it can't be read: {reason}")),
                    Err(Unseen::All(error)) => return Err(error),
                };
                Ok((file.clone(), day))
            })
            .buffered(at_once)
            .try_collect()
            .await?;
        days.0.insert(contract.name.clone(), told);
        Ok(())
    }

    /// The day that a file says in its content as yyyy-MM-dd, or else why it says none.
    async fn look(&self, contract: &Contract, delivery: &Delivery, file: &str) -> Result<String, Unseen> {
        let (objects, path) = self.object(contract, file);
        // Dropping this future stops the thread too.
        let cancel = Cancel::default();
        let _stop = cancel.on_drop();
        let runtime = Handle::current();
        let open = move || ObjectReader::open(Arc::clone(&objects), path.clone(), &runtime, cancel.clone());
        let (task_contract, task_delivery, task_file) = (contract.clone(), delivery.clone(), file.to_owned());
        let look = move || {
            let looking = || match version_of(&open, &task_file, &task_contract)? {
                Some(version) => declared(open(), &task_file, &task_contract.in_version(version), &version.delivery),
                None => declared(open(), &task_file, &task_contract, &task_delivery),
            };
            panic::catch_unwind(AssertUnwindSafe(looking)).unwrap_or(Err(Stop::Refused(Refusal::Damaged)))
        };
        // Not one of the runtime's threads for blocking work: those fetch what this one waits for.
        let (done, result) = oneshot::channel();
        let thread = thread::Builder::new().name(PULL_THREAD.to_owned());
        let spawned = thread.spawn(move || drop(done.send(look()))).map_err(temporary_failed);
        spawned.map_err(Unseen::All)?;
        let Ok(declared) = result.await else { unreachable!("a thread that looks into a file catches its panics") };
        let discretion = Discretion::of(contract);
        match declared {
            Ok(Declared { text: Some(declared), place, dates }) => Ok(match dates.parse(&declared) {
                Some(day) => DateFormat::Iso.write(day),
                None => {
                    let declared = discretion.figure(&declared);
                    format!("{place} says `{declared}`, which is no day written as {}", dates.pattern())
                }
            }),
            Ok(Declared { text: None, place, .. }) => Ok(format!("{place} says nothing before the records begin")),
            Err(Stop::Refused(refusal)) => {
                let refusal = refusal.discreet(&discretion);
                let detail = refusal.detail().map(|detail| format!(", {detail}")).unwrap_or_default();
                Ok(format!("{refusal}{detail}"))
            }
            Err(Stop::Unfetched(reason)) => Err(self.blame(contract, file, reason).await),
            Err(Stop::Failed(error)) => Err(Unseen::All(error)),
            Err(Stop::Enough) => unreachable!("nobody takes records from a beginning"),
        }
    }

    /// Whose fault it is that a file could not be fetched.
    async fn blame(&self, contract: &Contract, file: &str, reason: String) -> Unseen {
        let location = self.of(contract.origin);
        let (objects, path) = self.object(contract, file);
        match objects.head(&path).await {
            Err(error) if is_of_one_file(&error, location) => Unseen::File(reason),
            Ok(_) if location.folder().is_some() => Unseen::File(reason),
            _ => Unseen::All(PullError::Unreadable { what: file.to_owned(), reason }),
        }
    }
}
