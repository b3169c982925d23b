//! The listed patients of the practices by age and sex, as the health-insurance register counts them, and what
//! that age and sex mean for their referrals.

use std::collections::BTreeMap;

use super::population::{AGES, Cells, small_areas};
use super::quality::{Active, lasting, spec, told};
use crate::SynthError;
use crate::apportion::apportion;
use crate::calendar::{danish, january_first};
use crate::country::Country;
use crate::files::{Cell, Charset, Csv, Folder};
use crate::rng::Dice;

/// Bands of five years, the last of 85 and over.
pub(crate) const BANDS: usize = 18;
/// Persons by sex (men, women) and band.
pub(crate) type Counts = [[u64; BANDS]; 2];

/// The letters of the sexes, men first.
pub(crate) const SEXES: [&str; 2] = ["M", "K"];

/// Persons of insurance group 2 per thousand of the listed. 2011: 0.5 % (Danmarks Statistik).
const GROUP_2: u64 = 5;
/// The bands that all of them are in, of 40 to 54 years: invented.
const BANDS_OF_GROUP_2: std::ops::Range<usize> = 8..11;

/// How much the bands are referred against one another, men and women, per thousand of the mean: invented, more
/// with age, and more of women of childbearing age.
#[rustfmt::skip]
const REFERRED: [[u64; BANDS]; 2] = [
    [740, 480, 430, 520, 560, 600, 660, 740, 840, 960, 1110, 1270, 1440, 1620, 1790, 1900, 1880, 1700],
    [700, 460, 460, 720, 960, 1080, 1120, 1080, 1060, 1120, 1240, 1340, 1440, 1560, 1680, 1760, 1720, 1520],
];

/// The band as the register writes it.
pub(crate) fn band_name(band: usize) -> String {
    if band + 1 == BANDS { "85+".to_owned() } else { format!("{:02}-{:02}", 5 * band, 5 * band + 4) }
}

/// The listed of each practice: as those of its municipality are, with a bent of its own.
pub(crate) fn counts(country: &Country<'_>, seed: u64, year: i16, practices: &[Active<'_>]) -> Vec<Counts> {
    let areas: BTreeMap<String, Counts> =
        small_areas(country.places, year).into_iter().map(|(code, _, cells)| (code, banded(&cells))).collect();
    let of = |practice: &Active<'_>| {
        let place = &country.places.list[practice.practice.place_on(january_first(year))];
        let mut dice = lasting(seed, 13, practice);
        // From a practice of young people to one of old ones, and from one of men to one of women.
        let (age, women) = (u64::from(dice.below(21)), u64::from(dice.between(940, 1060)));
        let people = areas.get(&place.code).copied().unwrap_or([[1; BANDS]; 2]);
        let weights: Vec<u64> = (0..2 * BANDS)
            .map(|cell| {
                let (sex, band) = (cell / BANDS, cell % BANDS);
                let old = band as u64 * age + (BANDS - band) as u64 * (20 - age);
                people[sex][band] * (300 + old) * if sex == 1 { women } else { 2000 - women }
            })
            .collect();
        let mut counts = [[0; BANDS]; 2];
        for (cell, part) in apportion(practice.listed, &weights).into_iter().enumerate() {
            counts[cell / BANDS][cell % BANDS] = part;
        }
        counts
    };
    practices.iter().map(of).collect()
}

fn banded(cells: &Cells) -> Counts {
    let mut counts = [[0; BANDS]; 2];
    for (sex, ages) in cells.iter().enumerate() {
        for (age, people) in ages.iter().enumerate().take(AGES) {
            counts[sex][(age / 5).min(BANDS - 1)] += people;
        }
    }
    counts
}

/// The referrals that the listed would have, per thousand of what as many of the country have.
pub(crate) fn need(listed: &Counts) -> u64 {
    let cells = || listed.iter().flatten().zip(REFERRED.iter().flatten());
    let people: u64 = listed.iter().flatten().sum();
    let weighted: u64 = cells().map(|(people, weight)| people * weight).sum();
    weighted / people.max(1)
}

/// The country's referrals by sex and band, so that they add up to `referrals`.
pub(crate) fn referred(listed: &[Counts], referrals: u64) -> Counts {
    let weights: Vec<u64> = (0..2 * BANDS)
        .map(|cell| {
            let (sex, band) = (cell / BANDS, cell % BANDS);
            listed.iter().map(|counts| counts[sex][band]).sum::<u64>() * REFERRED[sex][band]
        })
        .collect();
    let mut counts = [[0; BANDS]; 2];
    for (cell, part) in apportion(referrals, &weights).into_iter().enumerate() {
        counts[cell / BANDS][cell % BANDS] = part;
    }
    counts
}

/// Those of a practice's listed who are in group 2: so few that whole persons come by chance.
fn group_2(listed: &Counts, dice: &mut Dice) -> Counts {
    let people: u64 = listed.iter().flatten().sum();
    let all = people * GROUP_2 / 1000 + u64::from(dice.chance((people * GROUP_2 % 1000) as u32));
    let in_band = |cell: usize| BANDS_OF_GROUP_2.contains(&(cell % BANDS));
    let weights: Vec<u64> =
        (0..2 * BANDS).map(|cell| if in_band(cell) { listed[cell / BANDS][cell % BANDS] } else { 0 }).collect();
    let mut counts = [[0; BANDS]; 2];
    for (cell, part) in apportion(all, &weights).into_iter().enumerate() {
        counts[cell / BANDS][cell % BANDS] = part.min(weights[cell]);
    }
    counts
}

/// Writes the listed of 1 January.
pub(crate) fn write(
    seed: u64,
    year: i16,
    folder: &Folder,
    practices: &[Active<'_>],
    listed: &[Counts],
) -> Result<(), SynthError> {
    let path = format!("tilmeldte/tilmeldte_{year}.csv.zst");
    let columns = ["ydernr", "opgoerelse_dato", "koen", "aldersgruppe", "antal_gr2", "antal_gr1"];
    let csv = Csv { charset: Charset::Windows1252, delimiter: ';', header: true, trailer: Some("SLUT") };
    let mut file = folder.csv(spec(&path, "tilmeldte", &columns), csv)?;
    let day = danish(january_first(year));
    for (practice, counts) in practices.iter().zip(listed) {
        let in_group_2 = group_2(counts, &mut lasting(seed, 14, practice));
        for ((sex, bands), in_group_2) in SEXES.iter().zip(counts).zip(&in_group_2) {
            for (band, (people, in_group_2)) in bands.iter().zip(in_group_2).enumerate() {
                file.row(&[
                    Cell::Text(&practice.number),
                    Cell::Text(&day),
                    Cell::Text(sex),
                    Cell::Text(&band_name(band)),
                    Cell::Text(&told(*in_group_2)),
                    Cell::Text(&told(people - in_group_2)),
                ])?;
            }
        }
    }
    file.finish()
}
