//! The status of the practices: semicolon CSV in Windows-1252 as an older system writes it, with
//! several spellings of nothing and of an open end.

use jiff::civil::{Date, date};

use crate::SynthError;
use crate::calendar::{danish, extract_day, january_first};
use crate::country::{Country, Intake, ONE, Ownership, Period, Provider};
use crate::defects;
use crate::files::{Cell, Charset, Coverage, Csv, Folder, Spec, repacked};
use crate::rng::Dice;

const COLUMNS: [&str; 10] = [
    "ydernr",
    "tilgang_dato",
    "gyldig_fra",
    "gyldig_til",
    "kommunekode",
    "praksisform",
    "ejerform",
    "antal_kapaciteter",
    "status_kode",
    "aktive_tilmeldte",
];

/// One row, with its texts as they are written.
#[derive(Debug, Clone)]
pub(crate) struct StatusRow {
    pub(crate) number: String,
    pub(crate) opened: String,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
    pub(crate) to_text: String,
    /// Municipality, form, ownership, capacities, status, listed.
    pub(crate) rest: [String; 6],
}

impl StatusRow {
    pub(crate) fn line(&self) -> String {
        let Self { number, opened, from, to_text, rest, .. } = self;
        format!("{number};{opened};{};{to_text};{}", danish(*from), rest.join(";"))
    }
}

/// Writes the status of the practices on the day of the year's extract.
pub(crate) fn write(country: &Country<'_>, year: i16, seed: u64, folder: &Folder) -> Result<(), SynthError> {
    let mut dice = Dice::new(seed, 1000 + year as u64);
    let mut practices: Vec<&Provider> = country.providers.iter().filter(|provider| provider.is_practice()).collect();
    practices.sort_by_key(|practice| (practice.number, practice.opened));
    let mut rows = Vec::new();
    for practice in practices {
        for period in practice.periods.iter().filter(|period| is_in_window(period, year)) {
            rows.push(row(&mut dice, country, practice, period, year));
        }
    }
    // The usual defects would not be on the list of the faults that are sown.
    let defects = if folder.has_faults() { Vec::new() } else { defects::yder_status(year, &rows) };
    let path = repacked(&format!("yder_status/yder_status_{year}0418.csv"), year);
    let spec = Spec { path: &path, table: "yder_status", columns: &COLUMNS, coverage: Coverage::Everybody };
    let csv = Csv { charset: Charset::Windows1252, delimiter: ';', header: true, trailer: Some("SLUT") };
    let mut file = folder.csv(spec, csv)?;
    for line in rows.iter().map(StatusRow::line).chain(defects) {
        let cells: Vec<Cell<'_>> = line.split(';').map(Cell::Text).collect();
        file.row(&cells)?;
    }
    file.finish()
}

/// Whether the period held at some time from 1 January of the year before to the extract.
fn is_in_window(period: &Period, year: i16) -> bool {
    period.from <= extract_day(year) && period.to.is_none_or(|to| to > january_first(year - 1))
}

fn row(dice: &mut Dice, country: &Country<'_>, practice: &Provider, period: &Period, year: i16) -> StatusRow {
    let to = period.to.filter(|to| *to <= extract_day(year));
    let to_text = match to {
        Some(to) => danish(to),
        None if dice.chance(400) => danish(date(9999, 12, 31)),
        None => String::new(),
    };
    let form = if period.capacities == ONE { "SOLO" } else { "KOMP" };
    let ownership = match practice.ownership {
        Ownership::Doctors => "EJER",
        Ownership::Tender => "UDBUD",
        Ownership::Region => "REGION",
    };
    let intake = match period.intake {
        Some(Intake::Open) => "A",
        Some(Intake::Closed) => "L",
        Some(Intake::Restricted) => "D",
        None => nothing(dice),
    };
    let listed = match period.listed {
        Some(listed) if listed >= 1000 && dice.chance(400) => format!("{}.{:03}", listed / 1000, listed % 1000),
        Some(listed) => listed.to_string(),
        None => nothing(dice).to_owned(),
    };
    StatusRow {
        number: format!("{:06}", practice.number),
        opened: danish(practice.opened),
        from: period.from,
        to,
        to_text,
        rest: [
            country.places.list[period.place].code.clone(),
            form.to_owned(),
            ownership.to_owned(),
            format!("{},{:02}", period.capacities / ONE, period.capacities % ONE),
            intake.to_owned(),
            listed,
        ],
    }
}

/// The ways the file says that a value is missing.
fn nothing(dice: &mut Dice) -> &'static str {
    dice.pick(&["", ".", "-", "NULL"])
}
