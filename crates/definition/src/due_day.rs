//! Which years and days a source's extracts are of.

use std::fmt;

use jiff::civil::Date;
use serde::Deserialize;

/// How often a source is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Every {
    Year,
}

/// Where an extract says on which day it was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayFrom {
    /// In its name, if anywhere.
    #[default]
    Name,
    /// In its content, where its name does not say it: in the start record or the attribute that the format names.
    Content,
}

/// The day of every year by which the year's extract should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDay {
    month: i8,
    day: i8,
}

impl DueDay {
    /// Reads `04-30`, a day that every year has.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        Date::new(2001, month, day).ok().map(|_| Self { month, day })
    }

    pub fn in_year(self, year: i16) -> Date {
        // 29 February, the only day that some years lack, can't be given.
        Date::new(year, self.month, self.day).unwrap_or(Date::MAX)
    }
}

/// As the contract writes it.
impl fmt::Display for DueDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}
