//! What the population is calibrated by.

use crate::country::calibration::FIRST_YEAR;

/// The place without municipality and region, and how many live there: invented, about 90.
pub(crate) const CHRISTIANSOE: &str = "411";
const CHRISTIANSOE_PEOPLE: [u64; 12] = [93, 91, 90, 89, 91, 92, 91, 90, 91, 90, 89, 88];

/// People on 1 January 2014-2025 by region, in the order 1081 to 1085.
/// Danmarks Statistik, FOLK1A; 2014-2017 estimated from an export of it that lacks some ages
/// (Midtjylland 2015 and 2017 as published), some of 2018-2023 the country less the other regions.
/// Nordjylland, Midtjylland and Syddanmark in 2022: interpolated between 2021 and 2023.
/// 2025: interpolated between 2024 and the third quarter of 2026.
#[rustfmt::skip]
const REGION_PEOPLE: [[u64; 12]; 5] = [
    [581_006, 582_566, 585_423, 587_265, 589_148, 589_755, 589_936, 590_439, 592_537, 594_634, 593_135, 593_201],
    [1_277_407, 1_282_750, 1_293_143, 1_304_253, 1_313_596, 1_320_678, 1_326_340, 1_332_048, 1_345_464, 1_358_879, 1_365_688, 1_373_608],
    [1_202_382, 1_205_617, 1_211_612, 1_217_063, 1_220_763, 1_223_348, 1_223_105, 1_223_634, 1_230_524, 1_237_413, 1_238_406, 1_240_691],
    [1_749_213, 1_767_919, 1_788_937, 1_807_217, 1_822_659, 1_835_562, 1_846_023, 1_855_084, 1_867_948, 1_891_871, 1_911_067, 1_926_375],
    [816_686, 820_442, 827_372, 832_463, 835_024, 836_738, 837_359, 838_840, 843_513, 849_857, 852_953, 855_555],
];

/// People aged 75 and over per ten thousand, 2014-2025. 2018: 8 % ("En læge tæt på dig");
/// the others invented around it.
const ELDERLY: [u64; 12] = [730, 745, 762, 780, 800, 824, 850, 879, 908, 938, 965, 990];

/// Births in the year of birth, in thousands: invented after the big and small cohorts.
const BIRTHS: [(i64, i64); 12] = [
    (1905, 60),
    (1920, 78),
    (1935, 65),
    (1946, 96),
    (1955, 77),
    (1966, 88),
    (1983, 51),
    (1995, 70),
    (2004, 65),
    (2012, 58),
    (2017, 61),
    (2025, 58),
];

/// How many of a cohort live in the country at an age, per million births: invented.
const PRESENT: [(i64, i64); 14] = [
    (0, 996_000),
    (18, 1_010_000),
    (26, 1_130_000),
    (40, 1_060_000),
    (55, 1_000_000),
    (65, 900_000),
    (75, 720_000),
    (82, 500_000),
    (88, 260_000),
    (94, 80_000),
    (100, 9_000),
    (104, 900),
    (109, 10),
    (112, 0),
];

/// Women per ten thousand of an age: invented.
const WOMEN: [(i64, i64); 7] = [(0, 4870), (30, 4930), (60, 5010), (75, 5350), (85, 6000), (95, 7400), (105, 8600)];

fn index(year: i16) -> usize {
    (year - FIRST_YEAR) as usize
}

/// People of the region (index in 1081 to 1085) on 1 January.
pub(crate) fn region_people(region: usize, year: i16) -> u64 {
    REGION_PEOPLE[region][index(year)]
}

pub(crate) fn christiansoe_people(year: i16) -> u64 {
    CHRISTIANSOE_PEOPLE[index(year)]
}

/// How many of the country's people are 75 or over.
pub(crate) fn elderly(people: u64, year: i16) -> u64 {
    (people * ELDERLY[index(year)] + 5_000) / 10_000
}

/// The weight of an age in the year, before a place's profile.
pub(crate) fn age_weight(age: i64, year: i16) -> u64 {
    let births = crate::apportion::interpolate(&BIRTHS, i64::from(year) - 1 - age);
    births * crate::apportion::interpolate(&PRESENT, age)
}

/// Women per ten thousand of the age.
pub(crate) fn women(age: i64) -> u64 {
    crate::apportion::interpolate(&WOMEN, age)
}
