//! Where a training post is carried out, piece by piece. All shares are invented; the lengths are those of
//! "En læge tæt på dig", figure 4, for general practice and of the specialties' own plans otherwise.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::apportion::interpolate;
use crate::calendar::plus_days;
use crate::country::Country;
use crate::extracts::training::Kind;
use crate::extracts::training_calibration::{FOUNDATION_IN_PRACTICE, HOSPITALS};
use crate::rng::Dice;

/// What kind of place a part of a post is carried out in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    Practice,
    Emergency,
    University,
    Other,
}

impl Site {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Practice => "ALMEN_PRAKSIS",
            Self::Emergency => "AKUTHOSPITAL",
            Self::University => "UNIVERSITETSHOSPITAL",
            Self::Other => "ANDET",
        }
    }
}

/// A part of a post in one place.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    /// Indices of the region and the municipality.
    pub(crate) region: usize,
    pub(crate) place: usize,
    pub(crate) site: Site,
    pub(crate) months: u32,
    /// Hundredths of full time.
    pub(crate) share: u32,
    pub(crate) start: Date,
    /// Its last day.
    pub(crate) end: Date,
}

/// The municipality of a hospital of the region.
pub(crate) fn hospital(country: &Country<'_>, dice: &mut Dice, region: usize, is_university: bool) -> usize {
    let (university, emergency) = HOSPITALS[region];
    let code = if is_university { university } else { dice.pick(emergency) };
    let place = country.places.list.iter().position(|place| place.code == code);
    place.unwrap_or_else(|| country.places.draw(dice, region))
}

/// The parts of a post that begins in the region and the municipality of `home`.
pub(crate) fn elements(
    country: &Country<'_>,
    dice: &mut Dice,
    kind: Kind,
    specialty: Option<usize>,
    home: (usize, usize),
    start: Date,
) -> Vec<Element> {
    let (region, place) = home;
    // In the east the posts go across the regions.
    let across = match region {
        3 => 4,
        4 => 3,
        other => other,
    };
    let site_here = site_of(country, place, region);
    let mut parts: Vec<(usize, usize, Site, u32)> = Vec::new();
    match (kind, specialty) {
        (Kind::Foundation, _) => {
            let in_practice = dice.chance(interpolate(&FOUNDATION_IN_PRACTICE, i64::from(start.year())) as u32);
            let then = country.places.draw(dice, region);
            let site = if in_practice { Site::Practice } else { Site::Other };
            parts.extend([(region, place, site_here, 6), (region, then, site, 6)]);
        }
        (Kind::Introduction, Some(0)) => {
            let months = if dice.chance(250) { 12 } else { 6 };
            parts.push((region, place, Site::Practice, months));
        }
        (Kind::Introduction, _) => parts.push((region, place, site_here, 12)),
        (Kind::Main, Some(0)) => {
            let second = if dice.chance(250) { across } else { region };
            // A few have less than two years in practice.
            let (hospitals, last) = if dice.chance(15) { (24, 12) } else { (18, 18) };
            parts.push((region, place, Site::Practice, 6));
            parts.push(at_hospital(country, dice, region, 200, 12));
            parts.push(at_hospital(country, dice, second, 200, hospitals));
            parts.push((region, place, Site::Practice, last));
        }
        (Kind::Main, specialty) => {
            // Psychiatry needs no university hospital, the others nearly always.
            let is_psychiatry = matches!(specialty, Some(1 | 2));
            let university = if is_psychiatry { 500 } else { 950 };
            let (first, middle, last) = if is_psychiatry { (24, 12, 12) } else { (24, 24, 12) };
            let goes_across = if region == 4 { 500 } else { 200 };
            let second = if dice.chance(goes_across) { across } else { region };
            parts.push((region, place, site_here, first));
            parts.push(at_hospital(country, dice, second, university, middle));
            parts.push((region, place, site_here, last));
        }
    }
    let is_part_time = kind != Kind::Foundation && dice.chance(60);
    let mut from = start;
    let mut elements = Vec::new();
    for (region, place, site, months) in parts {
        let next = from.saturating_add(i64::from(months).months());
        let share = if is_part_time { 80 } else { 100 };
        elements.push(Element { region, place, site, months, share, start: from, end: plus_days(next, -1) });
        from = next;
    }
    elements
}

fn at_hospital(
    country: &Country<'_>,
    dice: &mut Dice,
    region: usize,
    university: u32,
    months: u32,
) -> (usize, usize, Site, u32) {
    let is_university = dice.chance(university);
    let place = hospital(country, dice, region, is_university);
    (region, place, if is_university { Site::University } else { Site::Emergency }, months)
}

fn site_of(country: &Country<'_>, place: usize, region: usize) -> Site {
    let code = &country.places.list[place].code;
    if HOSPITALS[region].0 == code { Site::University } else { Site::Emergency }
}
