//! The days that things happen on and the ways the registers write them.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::rng::Dice;

/// Days between the end of one use of a provider number and the next.
pub(crate) const REST_OF_A_NUMBER: i64 = 45;

pub(crate) fn january_first(year: i16) -> Date {
    date(year, 1, 1)
}

/// The extracts are taken on 18 April, as those behind the plan's map of 1 January 2018 were.
pub(crate) fn extract_day(year: i16) -> Date {
    date(year, 4, 18)
}

/// A day after 1 January of the year, up to and with the next 1 January: everything that tells
/// one New Year's status from the next. Much of it happens on the first of a month.
pub(crate) fn event_day(dice: &mut Dice, year: i16) -> Date {
    match dice.below(100) {
        0..30 => january_first(year + 1),
        30..80 => date(year, dice.between(2, 12) as i8, 1),
        _ => date(year, dice.between(2, 12) as i8, dice.between(2, 28) as i8),
    }
}

/// A day in the years `first..=last`, mostly the first of a month.
pub(crate) fn any_day(dice: &mut Dice, first: i16, last: i16) -> Date {
    let year = first + dice.below((last - first + 1) as u32) as i16;
    let month = dice.between(1, 12) as i8;
    let day = if dice.chance(800) { 1 } else { dice.between(2, 28) as i8 };
    date(year, month, day)
}

pub(crate) fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// Whole years from birth to the day.
pub(crate) fn age(born: Date, day: Date) -> i16 {
    let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
    day.year() - born.year() - i16::from(!had_birthday)
}

/// `yyyyMMdd`
pub(crate) fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// `dd-MM-yyyy`
pub(crate) fn danish(day: Date) -> String {
    format!("{:02}-{:02}-{:04}", day.day(), day.month(), day.year())
}
