//! Plans and lists around the practices: places at the medical schools, areas that lack doctors, and
//! projections.

use crate::SynthError;
use crate::apportion::{apportion, interpolate};
use crate::calendar::{compact, danish, extract_day, january_first};
use crate::country::calibration::{FIRST_YEAR, LAST_YEAR, REGIONS};
use crate::country::demography::{christiansoe_people, elderly, region_people};
use crate::country::places::{Places, Profile};
use crate::country::underserved::is_underserved;
use crate::extracts::money::grouped;
use crate::files::{Cell, Charset, Coverage, Csv, Folder, Spec, repacked};
use crate::rng::Dice;

/// Writes what is written once, whatever the years.
pub(crate) fn write(folder: &Folder) -> Result<(), SynthError> {
    projections(folder, "20180418", &projections_of_2018())?;
    projections(folder, "20250418", &PROJECTIONS_OF_2025.map(Figure::from))
}

pub(crate) fn write_year(folder: &Folder, places: &Places, seed: u64, year: i16) -> Result<(), SynthError> {
    study_places(folder, seed, year)?;
    areas(folder, places, year)
}

/// University, campus, level, and places in years; straight lines between them.
type School = (&'static str, &'static str, &'static str, &'static [(i64, i64)]);

/// Published: 50 more in Aalborg in 2017; 250 more decided in 2018, here taken in by 2020 ("En læge
/// tæt på dig"); whole courses on their way in Esbjerg and Køge, places moved out of the largest
/// cities, and 140 more outside them, of which half are here in 2025 (DR25, ways 1 and 2). The levels
/// and the years they change in: invented.
const SCHOOLS: [School; 10] = [
    ("Københavns Universitet", "København", "BA", &[(2017, 545), (2020, 635), (2024, 635), (2025, 605)]),
    ("Aarhus Universitet", "Aarhus", "BA", &[(2017, 430), (2020, 500), (2024, 500), (2025, 480)]),
    ("Syddansk Universitet", "Odense", "BA", &[(2017, 330), (2020, 390), (2024, 390), (2025, 370)]),
    ("Aalborg Universitet", "Aalborg", "BA", &[(2016, 100), (2017, 150), (2020, 180), (2024, 180), (2025, 190)]),
    ("Syddansk Universitet", "Esbjerg", "BA", &[(2024, 0), (2025, 30)]),
    ("Københavns Universitet", "Køge", "BA", &[(2024, 0), (2025, 30)]),
    ("Københavns Universitet", "København", "KA", &[(2017, 520), (2023, 560)]),
    ("Aarhus Universitet", "Aarhus", "KA", &[(2017, 410), (2023, 470)]),
    ("Syddansk Universitet", "Odense", "KA", &[(2017, 310), (2023, 310)]),
    ("Aalborg Universitet", "Aalborg", "KA", &[(2019, 95), (2023, 165)]),
];

/// Master's programmes opened later, in the towns the plan names: the years and sizes invented.
const NEW_MASTERS: [School; 2] = [
    ("Syddansk Universitet", "Esbjerg", "KA", &[(2018, 0), (2019, 24), (2023, 48)]),
    ("Københavns Universitet", "Køge", "KA", &[(2018, 0), (2019, 24), (2023, 48)]),
];

/// Places of the schools that have any in the year.
pub(crate) fn places_in(year: i16) -> Vec<(&'static str, &'static str, &'static str, u64)> {
    let all = SCHOOLS.into_iter().chain(NEW_MASTERS);
    let with_places =
        all.map(|(university, campus, level, knots)| (university, campus, level, interpolate(knots, i64::from(year))));
    with_places.filter(|school| school.3 > 0).collect()
}

fn study_places(folder: &Folder, seed: u64, year: i16) -> Result<(), SynthError> {
    let mut dice = Dice::new(seed, 35_000 + year as u64);
    let path = format!("uddannelse/studiepladser_{year}.csv");
    let spec = Spec {
        path: &path,
        table: "studiepladser",
        columns: &["År", "Universitet", "Campus", "Niveau", "Pladser", "Optagne"],
        coverage: Coverage::Everybody,
    };
    let csv = Csv { charset: Charset::Utf8Bom, delimiter: ';', header: true, trailer: None };
    let mut file = folder.csv(spec, csv)?;
    let text = year.to_string();
    for level in ["BA", "KA"] {
        let (mut all_places, mut all_admitted) = (0, 0);
        for (university, campus, _, places) in places_in(year).into_iter().filter(|school| school.2 == level) {
            // Nearly everywhere full; a few stay away.
            let admitted = places - u64::from(dice.below(places as u32 / 40 + 1));
            all_places += places;
            all_admitted += admitted;
            file.row(&[
                Cell::Number(&text),
                Cell::Text(university),
                Cell::Text(campus),
                Cell::Text(level),
                Cell::Number(&grouped(places)),
                Cell::Number(&grouped(admitted)),
            ])?;
        }
        file.row(&[
            Cell::Number(&text),
            Cell::Text("Hele landet"),
            Cell::Text("I alt"),
            Cell::Text(level),
            Cell::Number(&grouped(all_places)),
            Cell::Number(&grouped(all_admitted)),
        ])?;
    }
    file.finish()
}

/// When the national list was fixed anew; the first is as old as the extracts.
const LISTS: [i16; 3] = [FIRST_YEAR, 2018, 2021];

fn areas(folder: &Folder, places: &Places, year: i16) -> Result<(), SynthError> {
    let path = repacked(&format!("laegedaekning/laegedaekning_omraade_{}.csv", compact(extract_day(year))), year);
    let spec = Spec {
        path: &path,
        table: "laegedaekning_omraade",
        columns: &["liste", "omraade_type", "omraade_kode", "kommunekode", "gyldig_fra", "gyldig_til", "status"],
        coverage: Coverage::Everybody,
    };
    let csv = Csv { charset: Charset::Utf8, delimiter: ';', header: true, trailer: Some("SLUT") };
    let mut file = folder.csv(spec, csv)?;
    let mut row = |list: &str, kind: &str, code: &str, place: &str, span: (i16, Option<i16>), status: &str| {
        // A list that is fixed later is not known yet.
        let to = span.1.filter(|to| january_first(*to) <= extract_day(year)).map(january_first);
        file.row(&[
            Cell::Text(list),
            Cell::Text(kind),
            Cell::Text(code),
            Cell::Text(place),
            Cell::Text(&danish(january_first(span.0))),
            to.map(danish).as_deref().map_or(Cell::Missing, Cell::Text),
            Cell::Text(status),
        ])
    };
    for (index, from) in LISTS.into_iter().enumerate().filter(|(_, from)| *from <= year) {
        let to = LISTS.get(index + 1).copied();
        for place in places.list.iter().filter(|place| is_underserved(&place.code, from)) {
            row("LANDSDAEKKENDE", "KOMMUNE", &place.code, &place.code, (from, to), "TRUET")?;
        }
    }
    // The regions' own lists are of postal districts and change every year: invented.
    for from in FIRST_YEAR..=year {
        let to = Some(from + 1).filter(|to| *to <= LAST_YEAR);
        for (index, place) in places.list.iter().enumerate() {
            let digit = REGIONS[place.region].postal_digit;
            let district = format!("{digit}{}", &place.code);
            if is_underserved(&place.code, from) && !(index + from as usize).is_multiple_of(3) {
                row("REGIONAL", "POSTNR", &district, &place.code, (from, to), "TRUET")?;
            } else if place.profile == Profile::Rural && (index + from as usize).is_multiple_of(5) {
                row("REGIONAL", "POSTNR", &district, &place.code, (from, to), "OPMAERKSOMHED")?;
            }
        }
    }
    file.finish()
}

/// A projected figure.
#[derive(Debug)]
struct Figure {
    series: &'static str,
    variant: &'static str,
    base: i16,
    year: i16,
    area: &'static str,
    value: String,
    unit: &'static str,
}

impl From<(&'static str, &'static str, i16, i16, u64, &'static str)> for Figure {
    fn from(
        (series, variant, base, year, value, unit): (&'static str, &'static str, i16, i16, u64, &'static str),
    ) -> Self {
        Self { series, variant, base, year, area: "DK", value: value.to_string(), unit }
    }
}

/// "En læge tæt på dig" (2018): shares of the population, growth of COPD by 30 to 40 % and of type 2
/// diabetes by 80 to 90 % until 2030, "knap" 250,000 more people aged 75 and over.
const PUBLISHED_IN_2018: [(&str, &str, i16, i16, u64, &str); 7] = [
    ("BEFOLKNING_75PLUS_ANDEL", "MIDT", 2018, 2018, 8, "pct"),
    ("BEFOLKNING_75PLUS_ANDEL", "MIDT", 2018, 2050, 15, "pct"),
    ("BEFOLKNING_75PLUS_TILVAEKST", "MIDT", 2018, 2030, MORE_ELDERLY_IN_2030, "personer"),
    ("KOL_VAEKST", "LAV", 2018, 2030, 30, "pct"),
    ("KOL_VAEKST", "HOEJ", 2018, 2030, 40, "pct"),
    ("TYPE2_VAEKST", "LAV", 2018, 2030, 80, "pct"),
    ("TYPE2_VAEKST", "HOEJ", 2018, 2030, 90, "pct"),
];

/// Finansministeriet as DR25 (way 1) quotes it: doctors beyond demand.
const PROJECTIONS_OF_2025: [(&str, &str, i16, i16, u64, &str); 1] =
    [("LAEGER_UDOVER_EFTERSPOERGSEL", "MIDT", 2025, 2035, 10_300, "laeger")];

/// Invented, to be "just under 250,000".
const MORE_ELDERLY_IN_2030: u64 = 247_000;
/// Invented, 15 % of about 6.3 million.
const ELDERLY_IN_2050: i64 = 945_000;
/// How much older than the country the regions are, per thousand, 1081 to 1085: invented.
const OLDER: [u64; 5] = [1090, 960, 1060, 910, 1130];

/// The published figures, and the number of elderly by region: its values between are invented.
fn projections_of_2018() -> Vec<Figure> {
    let mut figures: Vec<Figure> = PUBLISHED_IN_2018.into_iter().map(Figure::from).collect();
    let people = |region| region_people(region, 2018);
    let total = (0..REGIONS.len()).map(people).sum::<u64>() + christiansoe_people(2018);
    let now = elderly(total, 2018);
    let knots = [(2018, now as i64), (2030, (now + MORE_ELDERLY_IN_2030) as i64), (2050, ELDERLY_IN_2050)];
    let weights: Vec<u64> = (0..REGIONS.len()).map(|region| people(region) * OLDER[region]).collect();
    for year in (2018..=2030).chain([2035, 2040, 2045, 2050]) {
        let country = interpolate(&knots, i64::from(year));
        let parts = apportion(country, &weights);
        let regions = REGIONS.iter().zip(parts).map(|(region, part)| (region.code, part));
        figures.extend([("DK", country)].into_iter().chain(regions).map(|(area, value)| Figure {
            series: "BEFOLKNING_75PLUS",
            variant: "MIDT",
            base: 2018,
            year,
            area,
            value: grouped(value),
            unit: "personer",
        }));
    }
    figures
}

fn projections(folder: &Folder, day: &str, figures: &[Figure]) -> Result<(), SynthError> {
    let path = format!("fremskrivning/fremskrivning_{day}.csv");
    let spec = Spec {
        path: &path,
        table: "fremskrivning",
        columns: &["serie", "variant", "basisaar", "aar", "geo_kode", "vaerdi", "enhed"],
        coverage: Coverage::Everybody,
    };
    let csv = Csv { charset: Charset::Utf8, delimiter: ';', header: true, trailer: None };
    let mut file = folder.csv(spec, csv)?;
    for figure in figures {
        file.row(&[
            Cell::Text(figure.series),
            Cell::Text(figure.variant),
            Cell::Number(&figure.base.to_string()),
            Cell::Number(&figure.year.to_string()),
            Cell::Text(figure.area),
            Cell::Number(&figure.value),
            Cell::Text(figure.unit),
        ])?;
    }
    file.finish()
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Municipality;
    use crate::country::places;

    pub(crate) fn country() -> Places {
        let region = |code: &str| match code.parse::<u32>().unwrap() {
            253 | 259 | 265 | 269 | 306..=390 => "1085",
            101..=400 => "1084",
            615 | 657..=766 | 779 | 791 => "1082",
            410..=630 => "1083",
            _ => "1081",
        };
        let whole = |&(code, ..): &(&str, u64, Profile)| Municipality {
            code: code.to_owned(),
            name: code.to_owned(),
            region: region(code).to_owned(),
        };
        Places::new(&places::WEIGHTS.iter().map(whole).collect::<Vec<_>>()).unwrap()
    }

    fn files(run: impl Fn(&Folder, &Places)) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        run(&Folder::new(dir.path(), None), &country());
        dir
    }

    fn rows(dir: &tempfile::TempDir, path: &str) -> Vec<Vec<String>> {
        let mut bytes = std::fs::read(dir.path().join(path)).unwrap();
        if path.ends_with(".zst") {
            bytes = zstd::decode_all(&bytes[..]).unwrap();
        }
        let text = String::from_utf8(bytes).unwrap();
        text.lines().skip(1).map(|line| line.split(';').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn study_places_grow_as_published() {
        let of = |year, campus: &str| -> u64 {
            places_in(year).iter().filter(|s| s.2 == "BA" && (campus.is_empty() || s.1 == campus)).map(|s| s.3).sum()
        };
        assert_eq!(of(2017, "Aalborg"), of(2016, "Aalborg") + 50);
        assert_eq!(of(2020, ""), of(2017, "") + 250);
        assert_eq!(of(2025, ""), of(2024, ""));
        let dir = files(|folder, _| study_places(folder, 7, 2025).unwrap());
        for level in ["BA", "KA"] {
            let rows = rows(&dir, "uddannelse/studiepladser_2025.csv");
            let sum = |is_total: bool| -> u64 {
                let rows = rows.iter().filter(|row| row[3] == level && (row[2] == "I alt") == is_total);
                rows.map(|row| row[4].replace('.', "").parse::<u64>().unwrap()).sum()
            };
            assert_eq!(sum(true), sum(false));
        }
    }

    #[test]
    fn lists_of_areas_do_not_overlap_and_later_ones_are_not_known() {
        let dir = files(|folder, country| {
            areas(folder, country, 2017).unwrap();
            areas(folder, country, 2019).unwrap();
        });
        let mut early = rows(&dir, "laegedaekning/laegedaekning_omraade_20170418.csv.zst");
        assert_eq!(early.pop().unwrap()[1], early.len().to_string());
        assert!(early.iter().all(|row| row[4].as_str() <= "01-01-2017"));
        let late = rows(&dir, "laegedaekning/laegedaekning_omraade_20190418.csv");
        let is_open = |row: &&Vec<String>| row[0] == "LANDSDAEKKENDE" && row[5].is_empty();
        assert_eq!(late.iter().filter(is_open).count(), 42);
        let keys: BTreeSet<_> = late.iter().map(|row| row.get(..5)).collect();
        assert_eq!(keys.len(), late.len());
    }

    #[test]
    fn the_projection_keeps_the_published_figures() {
        let figures = projections_of_2018();
        let of = |area: &str, year: i16| -> u64 {
            let is_it = |f: &&Figure| f.series == "BEFOLKNING_75PLUS" && f.area == area && f.year == year;
            figures.iter().find(is_it).map(|figure| figure.value.replace('.', "").parse().unwrap()).unwrap()
        };
        assert!((237_500..250_000).contains(&(of("DK", 2030) - of("DK", 2018))));
        let regions: u64 = REGIONS.iter().map(|region| of(region.code, 2040)).sum();
        assert_eq!(regions, of("DK", 2040));
        files(|folder, _| write(folder).unwrap());
    }
}
