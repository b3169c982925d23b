//! Extracts that the published version was made of and that are not there any more, and with them the years that they made; and
//! those that serve another year now.

use std::collections::{BTreeMap, BTreeSet};

use super::{Build, Compiled, JobError};
use crate::observe::{Event, Warning};
use crate::publish::{ExtractEntry, PublishedVersion};
use crate::pull::{PullError, Why};

impl Build<'_> {
    /// Compares the extracts with those that the published version was made of.
    ///
    /// # Errors
    /// Every extract of a required source that is gone, and with it a year.
    pub(super) async fn compare_with_published(&self) -> Result<(), JobError> {
        // One that can't be read stops nobody here: what needs it says so.
        let latest =
            PublishedVersion::read(&self.context.store, &self.compiled.dataset.name, None).await.ok().flatten();
        let extracts = latest.map(|latest| latest.manifest.extracts).unwrap_or_default();
        self.tell_of_moved(&extracts);
        self.keeps_its_years(extracts)
    }

    /// Holds the years to those of the published version: years that go on by themselves end where a required source ends,
    /// so that one extract that is gone would take all figures of its year along.
    fn keeps_its_years(&self, extracts: Vec<ExtractEntry>) -> Result<(), JobError> {
        let Compiled { project, pipeline, .. } = &self.compiled;
        if pipeline.years.to.is_some() {
            // Whoever ends the years means it.
            return Ok(());
        }
        let last = self.availability.years.to;
        let is_required = |source: &String| project.contracts.get(source).is_some_and(|contract| contract.required);
        // A file of a year that is none is told as one that is not read.
        let lies_there = |entry: &ExtractEntry, served: i16| {
            let is_it = |why: &Why| matches!(why, Why::OtherYear { source, year } if *source == entry.source && *year == served);
            // Another part of the year is another extract.
            let part = |file: &str| project.contracts.get(&entry.source)?.part_of(file).map(str::to_owned);
            self.unread.iter().any(|unread| is_it(&unread.why) && part(&unread.file) == part(&entry.file))
        };
        let gone = |entry: ExtractEntry| {
            let year = entry.year.filter(|year| *year > last)?;
            let is_gone = is_required(&entry.source) && !lies_there(&entry, year);
            let (source_name, pipeline) = (entry.source, pipeline.name.clone());
            is_gone.then_some(PullError::Gone { source_name, year, file: entry.file, last, pipeline })
        };
        let gone: Vec<PullError> = extracts.into_iter().filter_map(gone).collect();
        if gone.is_empty() { Ok(()) } else { Err(gone.into()) }
    }

    /// Tells of extracts that serve another year than the published version took them for: a file was given another name.
    fn tell_of_moved(&self, before: &[ExtractEntry]) {
        let now: BTreeMap<_, _> = self.staged.iter().map(|step| (step.extract.place(), step.extract.sha256)).collect();
        let stays = |entry: &ExtractEntry| now.get(&entry.place()) == Some(&entry.sha256);
        let of_before: BTreeSet<_> = before.iter().filter(|entry| stays(entry)).map(ExtractEntry::place).collect();
        for extract in self.staged.iter().map(|step| &step.extract).filter(|it| !of_before.contains(&it.place())) {
            let is_it = |entry: &&ExtractEntry| {
                entry.source == extract.source && entry.sha256 == extract.sha256 && entry.year != extract.year
            };
            let was = before.iter().filter(|entry| !stays(entry)).find(is_it);
            if let (Some(year), Some(was)) = (extract.year, was)
                && let Some(then) = was.year
            {
                let (file, before) = (extract.file.clone(), was.file.clone());
                self.context.observers.tell(&Event::Warned(Warning::Moved { file, year, before, then }));
            }
        }
    }
}
