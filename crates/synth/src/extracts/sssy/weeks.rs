//! The weeks that services are billed in, and their working days.

use jiff::civil::{Date, date};

use crate::calendar::plus_days;
use crate::rng::Dice;

/// Of the year before: what was billed in them can be settled in January.
pub(crate) const LATE_WEEKS: usize = 2;
const WORKING_DAYS: usize = 5;
/// Weeks in which many are away, and how many per thousand of their contacts come in another week: invented.
const QUIET: [std::ops::RangeInclusive<usize>; 2] = [28..=30, 52..=53];
const AWAY: u32 = 450;

#[derive(Debug)]
pub(crate) struct Week {
    pub(crate) monday: Date,
    /// `yyww`
    pub(crate) text: String,
    /// `yymm`, the month in which it is settled.
    pub(crate) settled: String,
}

/// A working day; days are numbered through from the first late week.
#[derive(Debug)]
pub(crate) struct Day {
    pub(crate) date: Date,
    /// `yyyy-MM-dd`
    pub(crate) text: String,
}

/// The weeks of a year's file: the late ones of the year before and the year's own.
#[derive(Debug)]
pub(crate) struct Weeks {
    pub(crate) weeks: Vec<Week>,
    pub(crate) days: Vec<Day>,
}

impl Weeks {
    pub(crate) fn of(year: i16) -> Self {
        // The 4th of January is always in the first week, the 28th of December in the last.
        let fourth = date(year, 1, 4);
        let first = plus_days(fourth, -i64::from(fourth.weekday().to_monday_zero_offset()));
        let own = date(year, 12, 28).iso_week_date().week() as usize;
        let weeks: Vec<Week> = (0..LATE_WEEKS + own)
            .map(|place| {
                let monday = plus_days(first, 7 * (place as i64 - LATE_WEEKS as i64));
                let week = monday.iso_week_date();
                // The first days of the first week may lie in December.
                let settled = if monday.year() < year { date(year, 1, 1) } else { monday };
                Week {
                    monday,
                    text: format!("{:02}{:02}", week.year() % 100, week.week()),
                    settled: format!("{:02}{:02}", settled.year() % 100, settled.month()),
                }
            })
            .collect();
        let working_days =
            weeks.iter().flat_map(|week| (0..WORKING_DAYS).map(|day| plus_days(week.monday, day as i64)));
        let days = working_days
            .map(|date| Day { date, text: format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()) })
            .collect();
        Self { weeks, days }
    }

    /// One of the year's days, as a number.
    pub(crate) fn day(&self, dice: &mut Dice) -> usize {
        let own = (self.weeks.len() - LATE_WEEKS) as u32;
        let mut week = dice.below(own) as usize;
        if QUIET.iter().any(|quiet| quiet.contains(&(week + 1))) && dice.chance(AWAY) {
            week = dice.below(own) as usize;
        }
        (week + LATE_WEEKS) * WORKING_DAYS + dice.below(WORKING_DAYS as u32) as usize
    }

    /// One of the days of the late weeks.
    pub(crate) fn late_day(&self, dice: &mut Dice) -> usize {
        dice.below((LATE_WEEKS * WORKING_DAYS) as u32) as usize
    }

    /// The first of the year's days that is the date or later.
    pub(crate) fn first_from(&self, date: Date) -> Option<usize> {
        let day = self.days.partition_point(|day| day.date < date);
        (LATE_WEEKS * WORKING_DAYS..self.days.len()).contains(&day).then_some(day)
    }

    pub(crate) fn week_of(day: usize) -> usize {
        day / WORKING_DAYS
    }
}
