//! Pipelines: what runs, when, for which years.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use croner::Cron;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::Spanned;

use crate::bilingual::Bilingual;
use crate::error::{DefinitionError, Errors, Problem};
use crate::source_text::SourceText;

/// The names that pipelines can use: those of files that could not be read are among them, since what is wrong with those
/// is told there.
pub(crate) struct Known {
    pub(crate) sources: BTreeSet<String>,
    pub(crate) datasets: BTreeSet<String>,
}

/// Years in a row, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Years {
    pub from: i16,
    pub to: i16,
}

impl Years {
    pub fn iter(self) -> impl Iterator<Item = i16> {
        self.from..=self.to
    }

    pub fn contain(self, year: i16) -> bool {
        (self.from..=self.to).contains(&year)
    }
}

/// Years as a definition gives them: without an end they go on by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearsFrom {
    pub from: i16,
    pub to: Option<i16>,
}

impl YearsFrom {
    /// The years up to their end, or up to `last` where they have none; `None` where there is no such year.
    pub fn until(self, last: i16) -> Option<Years> {
        let to = self.to.unwrap_or(last);
        (self.from <= to).then_some(Years { from: self.from, to })
    }

    pub fn contain(self, year: i16) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }

    /// What is wrong with years that end before they begin.
    pub(crate) fn fault(self) -> Option<Problem> {
        let to = self.to.filter(|to| self.from > *to)?;
        Some(Problem::Shape(format!("the years {} to {to} are none", self.from)))
    }
}

/// Years as people write them: 2014-2018 and 2020.
pub fn years_in_words(years: &[i16]) -> String {
    let mut spans: Vec<(i16, i16)> = Vec::new();
    for &year in years {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == year => *last = year,
            _ => spans.push((year, year)),
        }
    }
    let mut spans: Vec<String> = spans
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    match (spans.pop(), spans.is_empty()) {
        (Some(last), false) => format!("{} and {last}", spans.join(", ")),
        (last, _) => last.unwrap_or_default(),
    }
}

#[derive(Debug, Clone)]
pub struct Schedule {
    /// Five cron fields.
    pub cron: String,
    pub time_zone: String,
}

#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Its name: of its file, and of its folder of SQL.
    pub name: String,
    pub title: Bilingual,
    /// The sources it pulls: those that its file lists; otherwise all, until `derive` has read which its SQL names.
    pub sources: Vec<String>,
    pub lists_sources: bool,
    /// The sources that it goes without, and everything that needs them.
    pub without: BTreeSet<String>,
    /// The goals whose indicators it derives; all if none are named.
    pub goals: Option<BTreeSet<String>>,
    /// The years that it derives. Without an end they go on to the newest year for which the required sources are there.
    pub years: YearsFrom,
    /// Month and day of the reference date.
    pub reference_day: (i8, i8),
    pub schedule: Schedule,
    pub dataset: String,
    /// The pipeline's file, for messages.
    pub file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPipeline {
    title: Bilingual,
    sources: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    without: Vec<Spanned<String>>,
    goals: Option<BTreeSet<String>>,
    years: Spanned<YearsFrom>,
    reference_day: Spanned<String>,
    schedule: RawSchedule,
    dataset: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSchedule {
    cron: Spanned<String>,
    time_zone: Spanned<String>,
}

impl Pipeline {
    /// The day in `year` on which stocks are counted.
    pub fn reference_date(&self, year: i16) -> Option<Date> {
        Date::new(year, self.reference_day.0, self.reference_day.1).ok()
    }

    /// Reads a pipeline; its sources and its dataset have to be among those that there are.
    pub(crate) fn read(root: &Path, file: &Path, name: &str, known: &Known) -> Result<Self, Vec<DefinitionError>> {
        let source = SourceText::read(root, file)?;
        let raw: RawPipeline = source.parse()?;
        let mut errors = Errors::default();
        // Kubernetes takes 52 letters, of which `maaltal-` are the first.
        let is_portable_name = (1..=44).contains(&name.len())
            && name.starts_with(|letter: char| letter.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !name.ends_with('_');
        if !is_portable_name {
            let problem =
                "a pipeline's name is that of its job in Kubernetes: at most 44 of a-z, 0-9 and `_`, a letter first";
            errors.push(source.error_in_file(Problem::Shape(problem.to_owned())));
        }
        let years = *raw.years.get_ref();
        if let Some(problem) = years.fault() {
            errors.push(source.error(raw.years.span(), problem));
        }
        let reference_day = raw
            .reference_day
            .get_ref()
            .split_once('-')
            .and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)))
            .filter(|(month, day)| Date::new(2001, *month, *day).is_ok())
            .ok_or_else(|| source.not(&raw.reference_day, "a month and day that every year has, as MM-dd"));
        let reference_day = errors.take(reference_day);
        if Cron::from_str(raw.schedule.cron.get_ref()).is_err()
            || raw.schedule.cron.get_ref().split_whitespace().count() != 5
        {
            errors.push(source.not(&raw.schedule.cron, "a cron expression of five fields"));
        } else if !is_portable(raw.schedule.cron.get_ref()) {
            let wanted = "a cron expression that both cron and Kubernetes take: of numbers, names of months and days, and \
                          `*`, `,`, `-` and `/`, with Sunday as 0";
            errors.push(source.not(&raw.schedule.cron, wanted));
        }
        if !is_time_zone(raw.schedule.time_zone.get_ref()) {
            let wanted = "a time zone of the IANA database as it is written there, such as Europe/Copenhagen";
            errors.push(source.not(&raw.schedule.time_zone, wanted));
        }
        for name in raw.sources.iter().flatten().chain(&raw.without) {
            errors.take(source.position(name, "source", known.sources.iter().map(String::as_str)));
        }
        errors.take(source.position(&raw.dataset, "dataset", known.datasets.iter().map(String::as_str)));
        let Some(reference_day) = reference_day else { return Err(errors.all()) };
        errors.none()?;
        Ok(Self {
            name: name.to_owned(),
            title: raw.title,
            lists_sources: raw.sources.is_some(),
            without: raw.without.into_iter().map(Spanned::into_inner).collect(),
            goals: raw.goals,
            sources: raw.sources.into_iter().flatten().map(Spanned::into_inner).collect(),
            years,
            reference_day,
            schedule: Schedule { cron: raw.schedule.cron.into_inner(), time_zone: raw.schedule.time_zone.into_inner() },
            dataset: raw.dataset.into_inner(),
            file: file.to_owned(),
        })
    }
}

/// Whether both cron and Kubernetes know the zone: they look for a file of the name, whose letters are told apart, and cron takes
/// Greenwich where there is none.
fn is_time_zone(name: &str) -> bool {
    let is_none = matches!(name, "Etc/Unknown" | "Factory");
    !is_none && TimeZone::get(name).is_ok_and(|zone| zone.iana_name() == Some(name))
}

/// Whether both cron and Kubernetes take the five fields: each knows signs that the other does not (`L`, `W`, `#`, `?`, and
/// 7 for Sunday).
fn is_portable(cron: &str) -> bool {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let is_plain = |part: &str| {
        part == "*"
            || (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
            || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let days = fields.last().copied().unwrap_or_default().split(',').filter_map(|days| days.split('/').next());
    let has_seventh_day = days.flat_map(|days| days.split('-')).any(|day| day.parse() == Ok(7));
    fields.iter().flat_map(|field| field.split([',', '-', '/'])).all(is_plain) && !has_seventh_day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_zone_is_written_as_the_file_that_others_look_for() {
        for name in ["Europe/Copenhagen", "America/Nuuk", "Atlantic/Faroe", "UTC", "Etc/UTC"] {
            assert!(is_time_zone(name), "{name}");
        }
        for name in ["europe/copenhagen", "EUROPE/COPENHAGEN", "utc", "Etc/Unknown", "Factory", "Europa/København", ""]
        {
            assert!(!is_time_zone(name), "{name}");
        }
    }
}
