//! Chronic care: who is paid for by the flat fee of the agreement of 2018, and from when.

use jiff::civil::{Date, date};

use crate::extracts::sssy::services::{AGREEMENT_OF_2018, Service};
use crate::people::{Citizen, Diseases, Group};
use crate::rng::Dice;

/// Of a thousand people with COPD or type 2 diabetes, whom the flat fee is paid for from 2018 on: about 30,
/// 50, 60 and 63 % in 2018-2021 (Sundhedsdatastyrelsen, 2020 and 2022); later invented.
pub(crate) const ENROLLED: [u32; 8] = [300, 500, 600, 630, 648, 660, 670, 680];
/// In the first year the practices joined up to August; later at any time: first quarter that is possible.
const FIRST_QUARTER_OF_2018: u32 = 2;
/// Of a thousand who are not on the flat fee, how many come to a yearly control: invented.
pub(crate) const CONTROLLED: u32 = 560;

/// What is decided about a person once and for all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Enrolment {
    /// Enrolled when more than so many of a thousand are.
    rank: u32,
    quarter: u32,
}

impl Enrolment {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        Self { rank: dice.below(1000), quarter: dice.below(4) }
    }

    /// The first day that the flat fee is for: a quarter's first, after the first of the diseases has
    /// begun. People in insurance group 2 are not enrolled.
    pub(crate) fn covered_from(self, citizen: &Citizen) -> Option<Date> {
        if citizen.group == Group::Two {
            return None;
        }
        let years = ENROLLED.iter().position(|share| self.rank < *share)? as i16;
        let first_quarter = if years == 0 { FIRST_QUARTER_OF_2018 } else { 1 };
        let quarter = first_quarter + self.quarter % (5 - first_quarter);
        let enrolled = quarter_start(AGREEMENT_OF_2018 + years, quarter);
        let onset = onset(&citizen.diseases)?;
        let after_onset = match (onset.month() as u32 - 1) / 3 + 2 {
            5 => quarter_start(onset.year() + 1, 1),
            quarter => quarter_start(onset.year(), quarter),
        };
        Some(enrolled.max(after_onset))
    }
}

/// When the first of the two diseases began.
pub(crate) fn onset(diseases: &Diseases) -> Option<Date> {
    diseases.copd.into_iter().chain(diseases.type2).min()
}

/// The flat fee that is paid on the day: one for both diseases.
pub(crate) fn flat_fee(diseases: &Diseases, day: Date) -> Service {
    let has = |onset: Option<Date>| onset.is_some_and(|onset| onset <= day);
    match (has(diseases.type2), has(diseases.copd)) {
        (true, true) => Service::FlatFeeBoth,
        (false, true) => Service::FlatFeeCopd,
        _ => Service::FlatFeeType2,
    }
}

/// Quarters are 1 to 4.
pub(crate) fn quarter_start(year: i16, quarter: u32) -> Date {
    date(year, (quarter * 3 - 2) as i8, 1)
}
