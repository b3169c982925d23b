//! How many people of each birth year and sex live where on each 1 January: the same counts as the
//! population statistic's, turned from ages to birth years.

use crate::country::Country;
use crate::country::calibration::{FIRST_YEAR, LAST_YEAR, REGIONS};
use crate::country::demography::CHRISTIANSOE;
use crate::extracts::population::{AGES, Cells, small_areas};

use super::HomePlace;

/// The order of the regions in which each lies beside the next: 1084, 1085, 1083, 1082, 1081.
const ALONG: [usize; REGIONS.len()] = [3, 4, 2, 1, 0];
/// Whose neighbour Christiansø is.
const BORNHOLM: &str = "400";

/// A municipality or Christiansø.
#[derive(Debug)]
pub(crate) struct Area {
    pub(crate) home: HomePlace,
    /// Where it is in the order of the regions.
    pub(crate) along: usize,
    code: String,
    /// Men and women by age on 1 January, by year from the first to the one after the last.
    years: Vec<Cells>,
}

impl Area {
    /// Men (0) or women (1) born in the year who live there on 1 January.
    pub(crate) fn people(&self, born: i16, sex: usize, year: i16) -> u32 {
        let age = usize::try_from(year - 1 - born).unwrap_or(AGES);
        let cells = &self.years[(year - FIRST_YEAR) as usize];
        cells[sex].get(age).map_or(0, |count| *count as u32)
    }

    /// Everybody who lives there on 1 January.
    pub(crate) fn all(&self, year: i16) -> u64 {
        self.years[(year - FIRST_YEAR) as usize].iter().flatten().sum()
    }
}

/// All areas in an order in which neighbours are near each other, as far as codes can tell.
pub(crate) fn areas(country: &Country<'_>) -> Vec<Area> {
    let mut years: Vec<_> = (FIRST_YEAR..=LAST_YEAR).map(|year| small_areas(country.places, year)).collect();
    // The year after the last is not calibrated: each age goes on as it went.
    if let [.., before, last] = &years[..] {
        let after = before.iter().zip(last).map(|(before, last)| (last.0.clone(), last.1, after(&before.2, &last.2)));
        years.push(after.collect());
    }
    let list = &country.places.list;
    let mut areas: Vec<Area> = (0..years[0].len())
        .map(|index| {
            let code = &years[0][index].0;
            let place = list.iter().position(|place| place.code == *code);
            let region = place.map_or(ALONG[0], |place| list[place].region);
            Area {
                home: place.map_or(HomePlace::Christiansoe, HomePlace::Municipality),
                along: ALONG.iter().position(|along| *along == region).unwrap_or_default(),
                code: code.clone(),
                years: years.iter().map(|year| year[index].2).collect(),
            }
        })
        .collect();
    let beside = |area: &Area| if area.code == CHRISTIANSOE { BORNHOLM.to_owned() } else { area.code.clone() };
    areas.sort_by_key(|area| (area.along, beside(area), area.home == HomePlace::Christiansoe));
    areas
}

fn after(before: &Cells, last: &Cells) -> Cells {
    let mut after = *last;
    for (after, before) in after.iter_mut().flatten().zip(before.iter().flatten()) {
        *after = (2 * *after).saturating_sub(*before);
    }
    after
}
