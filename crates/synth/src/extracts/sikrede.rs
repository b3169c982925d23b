//! The register of insured persons as interface S1061023 delivers it: lines of 634 letters, with the
//! doctor before, now and next on one line. Having no doctor is a state with a first day too.

use jiff::civil::Date;

use crate::SynthError;
use crate::calendar::{compact, extract_day, plus_days};
use crate::country::Provider;
use crate::country::calibration::FIRST_YEAR;
use crate::files::{Cell, Charset, Coverage, Folder, Spec};
use crate::people::{Citizen, Group, People};

/// The fields of record 10 with their widths.
#[rustfmt::skip]
const FIELDS: [(&str, usize); 48] = [
    ("PostType", 2), ("CPRnr", 10), ("SYdernr", 6), ("SIkraftDatoYder", 8), ("SRegDatoYder", 8),
    ("SSikrGrpKode", 1), ("SIkraftDatoGrp", 8), ("SRegDatoGrp", 8), ("SSikrKomKode", 3), ("SIkraftDatoKomKode", 8),
    ("SYdernrGl", 6), ("SIkraftDatoYderGl", 8), ("SRegDatoYderGl", 8), ("SSikrGrpKodeGl", 1),
    ("SIkraftDatoGrpGl", 8), ("SRegDatoGrpGl", 8), ("SYdernrFrem", 6), ("SIkraftDatoYderFrem", 8),
    ("SRegDatoYderFrem", 8), ("SSikrGrpKodeFrem", 1), ("SIkraftDatoGrpFrem", 8), ("SRegDatoGrpFrem", 8),
    ("SKon", 1), ("SAlder", 3), ("SFolgerskabsPerson", 10), ("SStatus", 2), ("SBevisDato", 8), ("PNavn", 34),
    ("SBSStatsborgerskabKode", 2), ("SBSStatsborgerskab", 47), ("SSKAdrLinie1", 40), ("SSKAdrLinie2", 40),
    ("SSKBopelsLand", 40), ("SSKBopelsLAndKode", 2), ("SSKEmailAdr", 50), ("SSKFamilieRelation", 10),
    ("SSKFodselsdato", 10), ("SSKGyldigFra", 10), ("SSKGyldigTil", 10), ("SSKMobilNr", 20), ("SSKPostNrBy", 40),
    ("SSLForsikringsinstans", 21), ("SSLForsikringsinstansKode", 10), ("SSLForsikringsnr", 15),
    ("SSLGyldigFra", 10), ("SSLGyldigTil", 10), ("SSLSocSikretLand", 47), ("SSLSocSikretLandKode", 2),
];
const NO_DATE: &str = "00000000";
const NOBODY: &str = "000000";
/// The postal code and district of everybody, which nobody reads: invented.
const TOWN: &str = "9999 Prøveløv";
/// How long ahead the next doctor is known: invented.
const AHEAD: i64 = 45;

/// Whose patient somebody is from a day on; `None` is nobody's.
#[derive(Debug, Clone, Copy)]
struct State {
    from: Date,
    provider: Option<usize>,
}

/// A doctor's part of the line: number and first day.
type Doctor = (String, String);

/// Writes the insured of the year's day of extraction. The days of registration and those of the
/// groups and the municipality, which nobody reads, are left open.
pub(crate) fn write(people: &People<'_>, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let day = extract_day(year);
    let date = compact(day);
    let path = format!("sikrede/S1061023_{date}.txt.zst");
    let columns = FIELDS.map(|field| field.0);
    let widths = FIELDS.map(|field| field.1);
    let spec = Spec { path: &path, table: "sikret", columns: &columns, coverage: Coverage::Sample };
    let start = format!("00{date}{date}073015000000F053  S1061023");
    let mut file = folder.fixed(spec, &widths, Charset::Windows1252, &start)?;
    for citizen in people.iter() {
        let Some(home) = citizen.home_on(day) else { continue };
        let states = states(&citizen);
        let now = states.iter().rposition(|state| state.from <= day);
        let current = doctor(people, now.map(|now| states[now]));
        let previous = doctor(people, now.and_then(|now| now.checked_sub(1)).map(|before| states[before]));
        let next = states.get(now.map_or(0, |now| now + 1)).filter(|next| is_known(people, next, day));
        let next = doctor(people, next.copied());
        let group = group(&citizen);
        // A group stands only beside a doctor, present or future; of the past it is not known.
        let beside = |doctor: &Doctor| if doctor.0 == NOBODY { " " } else { group };
        file.row(&[
            Cell::Text("10"),
            Cell::Text(citizen.cpr()),
            Cell::Text(&current.0),
            Cell::Text(&current.1),
            Cell::Text(NO_DATE),
            Cell::Text(group),
            Cell::Text(NO_DATE),
            Cell::Text(NO_DATE),
            Cell::Text(people.code(home)),
            Cell::Text(NO_DATE),
            Cell::Text(&previous.0),
            Cell::Text(&previous.1),
            Cell::Text(NO_DATE),
            Cell::Text("0"),
            Cell::Text(NO_DATE),
            Cell::Text(NO_DATE),
            Cell::Text(&next.0),
            Cell::Text(&next.1),
            Cell::Text(NO_DATE),
            Cell::Text(beside(&next)),
            Cell::Text(NO_DATE),
            Cell::Text(NO_DATE),
            Cell::Text(if citizen.female { "K" } else { "M" }),
            // Not to be relied on in the register either.
            Cell::Text("000"),
            Cell::Text("0000000000"),
            Cell::Text("01"),
            Cell::Text(NO_DATE),
            Cell::Text(citizen.name()),
            Cell::Text("DK"),
            Cell::Text("Danmark"),
            Cell::Text(citizen.address()),
            Cell::Missing,
            Cell::Text("Danmark"),
            Cell::Text("DK"),
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Text(TOWN),
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
            Cell::Missing,
        ])?;
    }
    file.finish(|records| format!("99{records:08}"))
}

/// The states since the person came, or since the first listing of whoever was here before.
fn states(citizen: &Citizen) -> Vec<State> {
    let mut states = Vec::new();
    let is_new = citizen.arrived.is_some() || citizen.born.year() >= FIRST_YEAR;
    let mut without = citizen.homes.first().filter(|_| is_new).map(|home| home.from);
    for listing in &citizen.listings {
        if let Some(from) = without.filter(|from| *from < listing.from) {
            states.push(State { from, provider: None });
        }
        states.push(State { from: listing.from, provider: Some(listing.provider) });
        without = listing.to;
    }
    states.extend(without.map(|from| State { from, provider: None }));
    states
}

/// A practice that opens after the extract is in no register yet.
fn is_known(people: &People<'_>, next: &State, day: Date) -> bool {
    let provider = next.provider.map(|provider| &people.country.providers[provider]);
    next.from <= plus_days(day, AHEAD) && provider.is_some_and(|provider| provider.opened <= day)
}

fn doctor(people: &People<'_>, state: Option<State>) -> Doctor {
    let number = |provider: &Provider| format!("{:06}", provider.number);
    match state {
        Some(State { from, provider }) => {
            let provider = provider.map(|provider| &people.country.providers[provider]);
            (provider.map_or(NOBODY.to_owned(), number), compact(from))
        }
        None => (NOBODY.to_owned(), NO_DATE.to_owned()),
    }
}

fn group(citizen: &Citizen) -> &'static str {
    match citizen.group {
        Group::One => "1",
        Group::Two => "2",
    }
}
