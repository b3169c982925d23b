//! The civil register as an L4311 extract: one record per subject and person. Residents, and those
//! who died or left in the year before the extract.

use jiff::civil::Date;

use crate::SynthError;
use crate::calendar::{compact, extract_day, plus_days};
use crate::files::{Cell, Charset, Coverage, FixedFile, Folder, Spec};
use crate::people::{Citizen, HomePlace, People};

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
/// The fields of record 003 with their widths.
const ADDRESS: [(&str, usize); 12] = [
    ("RECORDTYPE", 3),
    ("PNR", 10),
    ("ADRNVN", 34),
    ("CONVN", 34),
    ("LOKALITET", 34),
    ("STANDARDADR", 34),
    ("BYNAVN", 34),
    ("POSTNR", 4),
    ("POSTDISTTXT", 20),
    ("KOMKOD", 4),
    ("VEJKOD", 4),
    ("", 34),
];
/// Of a thousand persons, those with a record of protection, and those with one of their name.
const PROTECTED: u64 = 3;
const NAMED: u64 = 10;

pub(crate) fn write(people: &People<'_>, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let day = extract_day(year);
    let date = compact(day);
    let path = format!("cpr/L4311_{date}.txt.zst");
    let columns = FIELDS.map(|field| field.0);
    let widths = FIELDS.map(|field| field.1);
    let spec = Spec { path: &path, table: "cpr_person", columns: &columns, coverage: Coverage::Sample };
    let start = format!("0000000000000431100{date}{}", compact(extract_day(year - 1)));
    let (address, address_widths) = (ADDRESS.map(|field| field.0), ADDRESS.map(|field| field.1));
    let file = folder.fixed(spec, &widths, Charset::Windows1252, &start)?;
    let mut file = file.and_records("cpr_adresse", &address, &address_widths);
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
            write_address(&mut file, people, &citizen, home)?;
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

/// Record 003: municipality and road; without the names, the street and the postal code, which nobody reads.
fn write_address(
    file: &mut FixedFile<'_>,
    people: &People<'_>,
    citizen: &Citizen,
    home: HomePlace,
) -> Result<(), SynthError> {
    let municipality = format!("0{}", people.code(home));
    let mut cells = [Cell::Missing; ADDRESS.len()];
    cells[0] = Cell::Text("003");
    cells[1] = Cell::Text(citizen.cpr());
    cells[9] = Cell::Text(&municipality);
    cells[10] = Cell::Text("0001");
    file.other_row(&cells)
}
