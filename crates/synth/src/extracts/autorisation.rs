//! The register of authorisations, as the Danish Patient Safety Authority dumps it: who may call themselves
//! doctor or nurse, without history and without specialties.

use jiff::civil::Date;

use crate::SynthError;
use crate::calendar::{age, compact, extract_day};
use crate::country::{Country, Role};
use crate::files::{Cell, Charset, Coverage, Csv, Folder, Spec, repacked};
use crate::rng::Dice;

/// Number, CPR, last name, first name, profession.
const COLUMNS: [&str; 5] = ["Autorisationsnummer", "CPR", "Efternavn", "Fornavn", "UddannelsesKode"];

/// The register's own rows of nobody, which its readers have to leave out.
const DUMMIES: [&str; 3] = ["09YM8", "09YM9", "09YMB"];
const DUMMY_CPR: &str = "0101010001";
const DUMMY_PROFESSION: &str = "0000";

const DOCTOR: &str = "7170";
const NURSE: &str = "5166";
const PHYSIOTHERAPIST: &str = "5151";
/// The specialties whose owners are no doctors. Psychologists have a register of their own.
const PHYSIOTHERAPY: &str = "51";
const PSYCHOLOGY: &str = "63";

/// Ages at which one is authorised: invented.
const YOUNGEST: u32 = 24;
const OLDEST: u32 = 29;
/// Half a per cent are without it when they should not be, invented: somebody has to look for them.
const MISSING: u32 = 5;

/// Few, for nobody reads them.
const FIRST_NAMES: [&str; 2] = ["Ægidia", "Øjvind-Prøve"];
const LAST_NAMES: [&str; 2] = ["Prøvegaard", "Åbentløgn"];

/// What the characters of a number are, which lacks those that look alike.
const ALPHABET: &[u8; 32] = b"0123456789BCDFGHJKLMNPQRSTVWXYZA";
const STREAM: u64 = 0x4155 << 48;

/// Writes the dump of the year's day of extract.
pub(crate) fn write(country: &Country<'_>, seed: u64, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let day = extract_day(year);
    let path = repacked(&format!("autorisation/{}AutDK.csv.gz", compact(day)), year);
    let spec = Spec { path: &path, table: "autorisation", columns: &COLUMNS, coverage: Coverage::Everybody };
    let csv = Csv { charset: Charset::Iso8859_15, delimiter: ';', header: false, trailer: None };
    let mut rows: Vec<[String; 5]> = professions(country)
        .into_iter()
        .enumerate()
        .filter_map(|(person, profession)| row(country, seed, person, profession?, day))
        .collect();
    rows.extend(DUMMIES.map(|number| [number, DUMMY_CPR, "Dummy", "Dummy", DUMMY_PROFESSION].map(str::to_owned)));
    rows.sort();
    let mut file = folder.csv(spec, csv)?;
    for row in &rows {
        file.row(&row.each_ref().map(|cell| Cell::Text(cell)))?;
    }
    file.finish()
}

/// What each of the country's persons is; none for those of other registers.
fn professions(country: &Country<'_>) -> Vec<Option<&'static str>> {
    let mut professions = vec![None; country.persons.len()];
    for provider in &country.providers {
        for staff in &provider.staff {
            professions[staff.person] = match (staff.role, provider.specialty.code) {
                (Role::Nurse, _) => Some(NURSE),
                (_, PHYSIOTHERAPY) => Some(PHYSIOTHERAPIST),
                (_, PSYCHOLOGY) => None,
                _ => Some(DOCTOR),
            };
        }
    }
    professions
}

/// The person's row, once authorised.
fn row(country: &Country<'_>, seed: u64, person: usize, profession: &str, day: Date) -> Option<[String; 5]> {
    let mut dice = Dice::new(seed, STREAM | person as u64);
    let authorised = dice.between(YOUNGEST, OLDEST) as i16;
    let [last, first] = [dice.pick(&LAST_NAMES), dice.pick(&FIRST_NAMES)].map(str::to_owned);
    let known = &country.persons[person];
    if age(known.born, day) < authorised || dice.chance(MISSING) {
        return None;
    }
    Some([number(person), known.cpr.clone(), last, first, profession.to_owned()])
}

/// Five characters, one's own: counted in their alphabet from what begins after the dummies'.
fn number(person: usize) -> String {
    let digits = (0..4).rev().map(|place| char::from(ALPHABET[(person >> (5 * place)) % ALPHABET.len()]));
    std::iter::once('1').chain(digits).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;
    use crate::Municipality;
    use crate::country::places::{Places, WEIGHTS};

    /// One municipality a region is enough here.
    fn places() -> Places {
        let regions =
            BTreeMap::from([("851", "1081"), ("751", "1082"), ("461", "1083"), ("101", "1084"), ("265", "1085")]);
        let known = WEIGHTS.iter().filter_map(|(code, ..)| regions.get(code).map(|region| (*code, *region)));
        let municipalities: Vec<Municipality> = known
            .map(|(code, region)| Municipality {
                code: code.to_owned(),
                name: code.to_owned(),
                region: region.to_owned(),
            })
            .collect();
        Places::new(&municipalities).unwrap()
    }

    fn rows(country: &Country<'_>, year: i16) -> Vec<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let files = Folder::new(folder.path(), None);
        write(country, 7, year, &files).unwrap();
        let written = files.into_written().unwrap().0;
        assert_eq!(written[0].path, Path::new(&format!("autorisation/{year}0418AutDK.csv.zst")));
        let bytes = std::fs::read(folder.path().join(&written[0].path)).unwrap();
        let plain = zstd::decode_all(&bytes[..]).unwrap();
        let (text, ..) = encoding_rs::ISO_8859_15.decode(&plain);
        text.split_terminator("\r\n").map(|line| line.split(';').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn doctors_and_nurses_are_there_once_with_the_registers_own_dummies() {
        let places = places();
        let country = Country::simulate(7, &places);
        let (old, new) = (rows(&country, 2015), rows(&country, 2024));
        let numbers: BTreeSet<&String> = new.iter().map(|row| &row[0]).collect();
        assert_eq!(numbers.len(), new.len());
        assert!(new.iter().all(|row| row.len() == 5 && row[0].len() == 5));
        assert!(new.iter().any(|row| row[2].contains('Å')));
        let dummies: Vec<&str> = new.iter().filter(|row| row[4] == "0000").map(|row| row[0].as_str()).collect();
        assert_eq!(dummies, DUMMIES);
        // A dump without history: who was authorised stays, others come.
        let kept: BTreeSet<&Vec<String>> = new.iter().collect();
        assert!(old.len() < new.len() && old.iter().all(|row| kept.contains(row)));

        let by_cpr: BTreeMap<&str, &str> = new.iter().map(|row| (row[1].as_str(), row[4].as_str())).collect();
        let day = extract_day(2024);
        let (mut owners, mut found) = (0, 0);
        for provider in country.providers.iter().filter(|provider| provider.is_practice()) {
            for staff in provider.staff.iter().filter(|staff| staff.role == Role::Owner && staff.from <= day) {
                owners += 1;
                found += usize::from(by_cpr.get(country.persons[staff.person].cpr.as_str()) == Some(&DOCTOR));
            }
        }
        assert!(found < owners && found > owners * 985 / 1000, "{found} of {owners}");
    }
}
