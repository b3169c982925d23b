//! The civil register as an L4311 extract: one record per subject and person. Residents, and those
//! who died or left in the year before the extract.

use jiff::civil::Date;

use crate::synth::SynthError;
use crate::synth::calendar::{compact, extract_day, plus_days};
use crate::synth::extracts::sikrede::town;
use crate::synth::files::{Cell, Charset, Coverage, Folder, Spec};
use crate::synth::people::{Citizen, HomePlace, People};

/// The fields of record 001 with their widths.
const FIELDS: [(&str, usize); 14] = [
    ("RECORDTYPE", 3),
    ("PNR", 10),
    ("PNRGAELD", 10),
    ("STATUS", 2),
    ("STATUSHAENSTART", 12),
    ("STATUSDTO_UMRK", 1),
    ("KOEN", 1),
    ("FOED_DT", 10),
    ("FOED_DT_UMRK", 1),
    ("START_DT_PERSON", 10),
    ("START_DT_UMRK", 1),
    ("SLUT_DT_PERSON", 10),
    ("SLUT_DT_UMRK", 1),
    ("STILLING", 34),
];
/// Of a thousand persons, those with a record of protection, and those with one of their name.
const PROTECTED: u64 = 3;
const NAMED: u64 = 10;

/// Writes the extract of the year.
pub(crate) fn write(people: &People<'_>, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let day = extract_day(year);
    let date = compact(day);
    let path = format!("cpr/L4311_{date}.txt.zst");
    let columns = FIELDS.map(|field| field.0);
    let widths = FIELDS.map(|field| field.1);
    let spec = Spec { path: &path, table: "cpr_person", columns: &columns, coverage: Coverage::Sample };
    let start = format!("0000000000000431100{date}{}", compact(extract_day(year - 1)));
    let mut file = folder.fixed(spec, &widths, Charset::Windows1252, Some(&start))?;
    for citizen in people.iter() {
        let home = citizen.home_on(day);
        let Some((status, since)) = status(&citizen, day) else { continue };
        let since = since.map_or("000000000000".to_owned(), |since| format!("{}0000", compact(since)));
        file.row(&[
            Cell::Text("001"),
            Cell::Text(citizen.cpr()),
            Cell::Missing,
            Cell::Text(status),
            Cell::Text(&since),
            Cell::Missing,
            Cell::Text(if citizen.female { "K" } else { "M" }),
            Cell::Text(&citizen.born.to_string()),
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
        ])?;
        if let Some(home) = home {
            file.line(&address(people, &citizen, home))?;
        }
        if citizen.number % 1000 < PROTECTED {
            file.line(&format!("004{}0001{}", citizen.cpr(), compact(day)))?;
        }
        if citizen.number % 1000 >= 1000 - NAMED {
            file.line(&format!("008{} {:<50}", citizen.cpr(), citizen.name()))?;
        }
    }
    file.finish(|records| format!("9999999999999{records:08}"))
}

/// The status and its first day, for those who are here and those who stopped being within a year.
fn status(citizen: &Citizen, day: Date) -> Option<(&'static str, Option<Date>)> {
    let lately = |end: Option<Date>| end.filter(|end| *end <= day && *end > plus_days(day, -365));
    if citizen.lives_on(day) {
        return Some(("01", citizen.arrived));
    }
    let died = lately(citizen.died).map(|died| ("90", Some(died)));
    died.or_else(|| lately(citizen.left).map(|left| ("80", Some(left))))
}

/// Record 003: postal code, municipality and road; without the names and the street, which nobody reads.
fn address(people: &People<'_>, citizen: &Citizen, home: HomePlace) -> String {
    let (postal_code, _) = town(people, home).split_once(' ').unwrap_or_default();
    let (cpr, code, blank) = (citizen.cpr(), people.code(home), "");
    format!("003{cpr}{blank:<170}{postal_code}{blank:<20}0{code}0001{blank:<34}")
}
