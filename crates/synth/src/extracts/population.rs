//! The population as StatBank's table FOLK1A delivers it, with all its totals.

use crate::SynthError;
use crate::apportion::apportion;
use crate::country::calibration::REGIONS;
use crate::country::demography::{CHRISTIANSOE, age_weight, christiansoe_people, elderly, region_people, women};
use crate::country::places::{Places, Profile};
use crate::defects;
use crate::files::{Cell, Charset, Coverage, Csv, Folder, Spec, repacked};

const COLUMNS: [&str; 5] = ["OMRÅDE", "KØN", "ALDER", "TID", "INDHOLD"];
/// Ages 0 to 125.
pub(crate) const AGES: usize = 126;
/// Where the share of elderly people is steered.
const ELDERLY_FROM: usize = 75;

/// People of an area by sex (men, women) and age.
pub(crate) type Cells = [[u64; AGES]; 2];

/// Writes the population of 1 January.
pub(crate) fn write(places: &Places, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let path = repacked(&format!("statbank/FOLK1A_{year}K1.csv.gz"), year);
    let spec = Spec { path: &path, table: "befolkning", columns: &COLUMNS, coverage: Coverage::Everybody };
    let csv = Csv { charset: Charset::Utf8Bom, delimiter: ';', header: true, trailer: None };
    let mut file = folder.csv(spec, csv)?;
    let quarter = format!("{year}K1");
    let mut row = |area: &str, sex: &str, age: &str, count: u64| {
        file.row(&[
            Cell::Text(area),
            Cell::Text(sex),
            Cell::Text(age),
            Cell::Text(&quarter),
            Cell::Number(&count.to_string()),
        ])
    };
    let areas = areas(places, year);
    for (area, cells) in &areas {
        let [men, women] = cells;
        let both: Vec<u64> = men.iter().zip(women).map(|(a, b)| a + b).collect();
        for (sex, ages) in [("TOT", &both[..]), ("1", men), ("2", women)] {
            row(area, sex, "IALT", ages.iter().sum())?;
            for (age, count) in ages.iter().enumerate() {
                row(area, sex, &age.to_string(), *count)?;
            }
        }
    }
    // Those that the testdata always has are on no list.
    let defects = if folder.has_faults() { Vec::new() } else { defects::population(year, &areas) };
    defects.iter().try_for_each(|defect| file.line(defect))?;
    file.finish()
}

/// All areas in StatBank's order: the country, the regions, the municipalities and Christiansø.
fn areas(places: &Places, year: i16) -> Vec<(String, Cells)> {
    let small = small_areas(places, year);
    let mut regions = [[[0; AGES]; 2]; REGIONS.len()];
    let mut country = [[0; AGES]; 2];
    for (_, region, cells) in &small {
        add(&mut country, cells);
        if let Some(region) = region {
            add(&mut regions[*region], cells);
        }
    }
    let mut areas = vec![("000".to_owned(), country)];
    areas.extend(REGIONS.iter().zip(regions).map(|(region, cells)| (region.statbank_code.to_owned(), cells)));
    areas.extend(small.into_iter().map(|(code, _, cells)| (code, cells)));
    areas
}

fn add(sum: &mut Cells, cells: &Cells) {
    for (sum, cells) in sum.iter_mut().zip(cells) {
        for (sum, count) in sum.iter_mut().zip(cells) {
            *sum += count;
        }
    }
}

/// The municipalities with their region, and Christiansø with none, by code.
pub(crate) fn small_areas(places: &Places, year: i16) -> Vec<(String, Option<usize>, Cells)> {
    let mut people = vec![0; places.list.len()];
    for region in 0..REGIONS.len() {
        let inside: Vec<usize> = (0..people.len()).filter(|&place| places.list[place].region == region).collect();
        let weights: Vec<u64> = inside.iter().map(|&place| places.list[place].weight).collect();
        for (place, part) in inside.into_iter().zip(apportion(region_people(region, year), &weights)) {
            people[place] = part;
        }
    }
    let mut small: Vec<(&str, Option<usize>, Profile, u64)> = places
        .list
        .iter()
        .zip(people)
        .map(|(place, people)| (place.code.as_str(), Some(place.region), place.profile, people))
        .collect();
    small.push((CHRISTIANSOE, None, Profile::Town, christiansoe_people(year)));
    small.sort_by_key(|area| area.0);

    // The elderly first, so that their share in the country is exact.
    let total: u64 = small.iter().map(|area| area.3).sum();
    let weights: Vec<u64> = small.iter().map(|area| area.3 * area.2.elderly()).collect();
    let old = apportion(elderly(total, year), &weights);
    small
        .into_iter()
        .zip(old)
        .map(|((code, region, profile, people), old)| {
            let mut cells = [[0; AGES]; 2];
            fill(&mut cells, ELDERLY_FROM..AGES, old, profile, year);
            fill(&mut cells, 0..ELDERLY_FROM, people - old, profile, year);
            (code.to_owned(), region, cells)
        })
        .collect()
}

/// Spreads people over the ages of the range and over both sexes.
fn fill(cells: &mut Cells, ages: std::ops::Range<usize>, people: u64, profile: Profile, year: i16) {
    let weights: Vec<u64> = ages
        .clone()
        .flat_map(|age| {
            let young = if (20..35).contains(&age) { profile.young() } else { 1000 };
            let weight = age_weight(age as i64, year) * young;
            let women = women(age as i64);
            [weight * (10_000 - women), weight * women]
        })
        .collect();
    for (index, part) in apportion(people, &weights).into_iter().enumerate() {
        cells[index % 2][ages.start + index / 2] = part;
    }
}
