//! How a source's extracts arrive: when they are due, where they say on which day they were drawn, and which of a year's
//! serves it.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use crate::delivery::Delivery;
use crate::due_day::{DayFrom, DueDay, Every};
use crate::error::{DefinitionError, Errors, Problem};
use crate::file_pattern::FilePattern;
use crate::source_text::SourceText;

/// The years for which a register is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveredYears {
    from: i16,
    to: Option<i16>,
    /// The years in which a file begins that serves until the next one does; every year has one of its own where none is named.
    #[serde(default)]
    begins: BTreeSet<i16>,
}

impl DeliveredYears {
    pub fn contain(&self, year: i16) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }

    /// The year in the name of the file that serves a year.
    pub fn named_for(&self, year: i16) -> i16 {
        match self.begins.is_empty() {
            true => year,
            false => self.begins.range(..=year).next_back().copied().unwrap_or(self.from).max(self.from),
        }
    }

    /// What is wrong with the years of a source that comes every year, or not.
    pub(crate) fn fault(&self, every: Option<Every>) -> Option<Problem> {
        let Self { from, to, begins } = self;
        if let Some(to) = to.filter(|to| from > to) {
            return Some(Problem::Shape(format!("the years {from} to {to} are none")));
        }
        if !begins.is_empty() && every.is_some() {
            return Some(Problem::Shape("a file of a source with every = \"year\" serves one year".to_owned()));
        }
        let stray = begins.iter().find(|year| *year <= from || !self.contain(**year))?;
        Some(Problem::Shape(format!("{stray} is not a later year than {from} in which another file begins")))
    }
}

/// Which of the extracts of a year serves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfAYear {
    /// The one that was drawn last.
    Newest,
    /// The one that was drawn last before a day.
    NewestBefore(DueDay),
    /// The one that was drawn nearest to the pipeline's reference date; of two as near, the earlier.
    Nearest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawOfAYear {
    #[default]
    Newest,
    NewestBefore,
    Nearest,
}

/// Which of the dated extracts of a source that serves all years are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfAllYears {
    /// The one that was drawn last: each says all that there is to say.
    #[default]
    Newest,
    /// All of them: each says something else.
    Each,
}

/// The table `[delivery]` as the contract writes it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawArrival {
    /// The day of the year by which the year's extract should be there.
    due: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) day: DayFrom,
    of_a_year: Option<Spanned<RawOfAYear>>,
    before: Option<Spanned<String>>,
    of_all_years: Option<Spanned<OfAllYears>>,
}

/// The table `[delivery]`, checked.
#[derive(Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) due: Option<DueDay>,
    pub(crate) of_a_year: OfAYear,
    pub(crate) of_all_years: OfAllYears,
}

/// A day as `[delivery]` writes it, for messages.
const DAY: &str = "a day of the year as MM-dd";

impl RawArrival {
    /// The checked table of a source that comes every year, or not, in these forms.
    pub(crate) fn check(
        &self,
        source: &SourceText,
        every: Option<Every>,
        deliveries: &[Delivery],
    ) -> Result<Arrival, Vec<DefinitionError>> {
        let mut errors = Errors::default();
        let day = |text: &Spanned<String>| DueDay::parse(text.get_ref()).ok_or_else(|| source.not(text, DAY));
        let due = self.due.as_ref().and_then(|due| errors.take(day(due)));
        let chosen = self.of_a_year.as_ref().map(|chosen| *chosen.get_ref()).unwrap_or_default();
        let at = self.of_a_year.as_ref().map(Spanned::span).or_else(|| self.before.as_ref().map(Spanned::span));
        let wrong = |problem| source.error(at.clone().unwrap_or_default(), problem);
        let shape = |text: &str| wrong(Problem::Shape(text.to_owned()));
        let says_days = |delivery: &Delivery| delivery.files.iter().all(|pattern| delivery.says_day(pattern, self.day));
        if at.is_some() && every.is_none() {
            errors.push(shape("`of_a_year` is of a source with every = \"year\""));
        } else if chosen != RawOfAYear::Newest && !deliveries.iter().all(says_days) {
            errors.push(shape(
                "which of a year's files serves it goes by their days: their names have to say them, or their content",
            ));
        }
        if let Some(of_all_years) = &self.of_all_years {
            let has_no_choice = match every {
                Some(_) => Some("`of_all_years` is of a source that serves all years"),
                None if !deliveries.iter().flat_map(|delivery| &delivery.files).all(FilePattern::is_dated) => Some(
                    "`of_all_years` goes by the days of files: their names have to say a day, and no year beside it",
                ),
                None => None,
            };
            if let Some(text) = has_no_choice {
                errors.push(source.error(of_all_years.span(), Problem::Shape(text.to_owned())));
            }
        }
        let of_a_year = match (chosen, &self.before) {
            (RawOfAYear::Newest, None) => Ok(OfAYear::Newest),
            (RawOfAYear::Nearest, None) => Ok(OfAYear::Nearest),
            (RawOfAYear::NewestBefore, Some(before)) => day(before).map(OfAYear::NewestBefore),
            (RawOfAYear::NewestBefore, None) => {
                let what = "`of_a_year = \"newest-before\"`".to_owned();
                Err(wrong(Problem::Missing { what, key: "before" }))
            }
            (_, Some(_)) => Err(shape("`before` is of `of_a_year = \"newest-before\"`")),
        };
        let Some(of_a_year) = errors.take(of_a_year) else { return Err(errors.all()) };
        errors.none()?;
        let of_all_years = self.of_all_years.as_ref().map(|chosen| *chosen.get_ref()).unwrap_or_default();
        Ok(Arrival { due, of_a_year, of_all_years })
    }
}
