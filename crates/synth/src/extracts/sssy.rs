//! The services of the health insurance register, as Statistics Denmark's SSSY has them: a row for a
//! service (or a few alike) of a person at a provider in a billing week, a file for a year.

mod chronic;
mod person;
mod rates;
mod services;
#[cfg(test)]
mod tests;
mod weeks;

use std::fmt::Write as _;

use crate::SynthError;
use crate::country::Country;
use crate::files::{Cell, Charset, Coverage, Csv, CsvFile, Folder, Spec, repacked};
use crate::people::People;
use person::{Entry, Year};

const COLUMNS: [&str; 11] = [
    "pnr",
    "ydernr",
    "speciale",
    "ydlant",
    "kontakt",
    "bruhon",
    "honuge",
    "afrper",
    "sikgrup",
    "barnmak",
    "behandlingsdato",
];
/// The columns that are there in every year; the day of the service came in 2021.
const OLD_COLUMNS: usize = 10;
const WITH_DAYS: i16 = 2021;
/// The years whose files name their columns in capitals: invented, but some do.
const CAPITALS: [i16; 5] = [2014, 2015, 2018, 2021, 2022];
/// How the files are packed, where it is not as those of the other registers. A zip archive is held in memory, so it is for
/// samples only.
const ZSTANDARD: i16 = 2019;
const ZIP: i16 = 2016;
const ZIP_UP_TO: u64 = 70_000;

/// Writes the year's file, person by person. Two years can be written at the same time.
pub(crate) fn write(
    people: &People<'_>,
    country: &Country<'_>,
    seed: u64,
    year: i16,
    folder: &Folder,
) -> Result<(), SynthError> {
    let path = path(year, people.count());
    let columns = columns(year);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let spec = Spec { path: &path, table: "sssy", columns: &columns, coverage: Coverage::Sample };
    let csv = Csv { charset: Charset::Utf8, delimiter: ';', header: true, trailer: None };
    let mut file = folder.csv(spec, csv)?;
    let year = Year::new(country, seed, year);
    let mut entries = Vec::new();
    let mut line = Line::new(country);
    for number in 0..people.count() {
        let citizen = people.citizen(number);
        entries.clear();
        year.services(&citizen, &mut entries);
        let cpr = std::str::from_utf8(&citizen.cpr).unwrap_or_default();
        for entry in &entries {
            line.write(&mut file, &year, cpr, entry)?;
        }
    }
    file.finish()
}

fn path(year: i16, people: u64) -> String {
    match year {
        ZIP if people <= ZIP_UP_TO => format!("sssy/sssy{year}.csv.zip"),
        ZSTANDARD => format!("sssy/sssy{year}.csv.zst"),
        _ => repacked(&format!("sssy/sssy{year}.csv.gz"), year),
    }
}

fn columns(year: i16) -> Vec<String> {
    let count = if year >= WITH_DAYS { COLUMNS.len() } else { OLD_COLUMNS };
    let capitals = CAPITALS.contains(&year);
    COLUMNS[..count].iter().map(|name| if capitals { name.to_uppercase() } else { (*name).to_owned() }).collect()
}

/// The texts of a row, kept from row to row.
#[derive(Debug)]
struct Line {
    /// Of the providers, in the country's order.
    providers: Vec<String>,
    count: String,
    contacts: String,
    fee: String,
}

impl Line {
    fn new(country: &Country<'_>) -> Self {
        let providers = country.providers.iter().map(|provider| format!("{:06}", provider.number)).collect();
        Self { providers, count: String::new(), contacts: String::new(), fee: String::new() }
    }

    fn write(&mut self, file: &mut CsvFile<'_>, year: &Year<'_>, cpr: &str, entry: &Entry) -> Result<(), SynthError> {
        let contacts = if entry.service.is_contact() { entry.count } else { 0 };
        number(&mut self.count, entry.count);
        number(&mut self.contacts, contacts);
        number(&mut self.fee, entry.count * entry.service.fee(year.year));
        let week = &year.weeks.weeks[entry.week];
        let cells = [
            Cell::Text(cpr),
            Cell::Text(&self.providers[entry.provider]),
            Cell::Text(entry.service.code()),
            Cell::Number(&self.count),
            Cell::Number(&self.contacts),
            Cell::Number(&self.fee),
            Cell::Text(&week.text),
            Cell::Text(&week.settled),
            Cell::Text(entry.group),
            Cell::Number(if entry.for_child { "1" } else { "0" }),
            Cell::Text(&year.weeks.days[entry.day].text),
        ];
        let columns = if year.year >= WITH_DAYS { COLUMNS.len() } else { OLD_COLUMNS };
        file.row(&cells[..columns])
    }
}

fn number(text: &mut String, value: i32) {
    text.clear();
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}
