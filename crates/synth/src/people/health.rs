//! Who gets which chronic disease when. The shares by age are invented so that those aged 16 and over
//! come near 5.3 % with type 2 diabetes and 4.7 % with COPD (PMC7248158, of 2013).

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::country::calibration::LAST_YEAR;

use super::Diseases;
use super::hash::{About, below, hash};

/// Those of 100,000 who have it at the age in years.
const TYPE_2: [(i64, i64); 8] =
    [(18, 0), (30, 200), (40, 1_250), (50, 3_500), (60, 7_400), (70, 12_000), (80, 15_000), (95, 16_000)];
const COPD: [(i64, i64); 7] = [(30, 0), (40, 600), (50, 2_400), (60, 6_500), (70, 12_000), (80, 16_000), (95, 17_500)];

pub(crate) fn diseases(seed: u64, number: u64, born: Date, last_day: Option<Date>) -> Diseases {
    let last_day = last_day.unwrap_or(date(LAST_YEAR, 12, 31));
    let onset = |about, shares: &[(i64, i64)]| {
        let rank = below(hash(seed, about, number, 0), 100_000) as i64;
        let pair = shares.windows(2).find(|pair| rank < pair[1].1)?;
        let ((age, share), (next_age, next_share)) = (pair[0], pair[1]);
        let days = age * 365 + (rank - share) * (next_age - age) * 365 / (next_share - share);
        Some(born.saturating_add((days + days / 1461).days())).filter(|onset| *onset <= last_day)
    };
    Diseases { copd: onset(About::Copd, &COPD), type2: onset(About::Type2, &TYPE_2) }
}
