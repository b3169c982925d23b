//! Bad rows, put in on purpose: each breaks one rule and no good row. They come after the good
//! rows and are counted in the trailer, as they would be in a real delivery.

use jiff::civil::Date;

use super::calendar::{compact, danish, extract_day, january_first, plus_days};
use super::cpr;
use super::rng::Dice;
use crate::extracts::population::AGES;
use crate::extracts::yder_status::StatusRow;
use crate::extracts::yderregister::{PersonRow, ProviderRow};

/// How often each defect occurs in the two files of the practices. The other years are clean.
fn copies(year: i16) -> usize {
    match year {
        2016 => 1,
        2018 | 2021 => 2,
        _ => 0,
    }
}

/// A provider number that no provider has: one per defective row, outside the ranges in use.
fn nobodys_number(kind: usize, copy: usize) -> String {
    format!("{:06}", 990_000 + kind * 10 + copy)
}

pub(crate) fn yder_status(year: i16, good: &[StatusRow]) -> Vec<String> {
    let day = extract_day(year);
    let (opened, from, to) = (danish(plus_days(day, -900)), danish(plus_days(day, -400)), danish(plus_days(day, -100)));
    let steady: Vec<&StatusRow> =
        good.iter().filter(|row| row.to.is_none() && row.from < january_first(year - 1)).collect();
    let mut lines = Vec::new();
    for copy in 0..copies(year) {
        let row = |kind: usize, rest: &str| format!("{};{opened};{from};{to};{rest}", nobodys_number(kind, copy));
        lines.extend([
            format!("{};{opened};31-02-2018;;101;SOLO;EJER;1,00;A;1600", nobodys_number(0, copy)),
            row(1, "101;SOLO;EJER;én;A;1600"),
            row(2, "101;DUO;EJER;2,00;A;3200"),
            row(3, "101;SOLO;EJER;1,00;X;1600"),
            row(4, "101;KOMP;EJER;-1,00;A;1600"),
            row(5, "101;SOLO;EJER;1,00;A;-5"),
            row(6, "999;SOLO;EJER;1,00;A;1600"),
            format!(";{opened};{from};{to};101;SOLO;EJER;1,00;A;{}", 1600 + copy),
            format!("9907{copy};{opened};{from};{to};101;SOLO;EJER;1,00;A;1600"),
            row(8, "101;SOLO;EJER;1,00;A"),
            row(9, "101;SOLO;EJER;1,00;A;1600;1"),
        ]);
        // The same row once more, and a row inside the validity of a row that began earlier.
        if let Some(twice) = steady.get(2 * copy) {
            lines.push(twice.line());
        }
        if let Some(inner) = steady.get(2 * copy + 1) {
            let (from, to) = (plus_days(day, -90), plus_days(day, -60));
            lines.push(StatusRow { from, to: Some(to), to_text: danish(to), ..(*inner).clone() }.line());
        }
    }
    lines
}

/// Adds bad providers after the good ones, and bad persons after those of the last good one:
/// a person must be nested somewhere.
pub(crate) fn yderregister(year: i16, seed: u64, rows: &mut Vec<ProviderRow>) {
    let mut dice = Dice::new(seed, 2000 + year as u64);
    let day = extract_day(year);
    let steady: Vec<ProviderRow> =
        rows.iter().filter(|row| row.to.is_empty() && row.from < compact(january_first(year - 1))).cloned().collect();
    let Some(last) = rows.last_mut() else { return };
    let mut bad = Vec::new();
    for copy in 0..copies(year) {
        last.persons.extend(bad_persons(&mut dice, &last.number, day, copy));
        let row = |kind: usize| ProviderRow {
            region: "84".to_owned(),
            region_name: "Region Hovedstaden".to_owned(),
            number: nobodys_number(kind, copy),
            name: "Lægerne Fejløv".to_owned(),
            address: "Fejlvej 1".to_owned(),
            postal_code: "2101".to_owned(),
            postal_district: "København".to_owned(),
            from: compact(plus_days(day, -400)),
            specialty: "80".to_owned(),
            specialty_text: "Almen lægegerning".to_owned(),
            ..ProviderRow::default()
        };
        bad.push(ProviderRow { region: "99".to_owned(), region_name: "Region Ingensteds".to_owned(), ..row(0) });
        bad.push(ProviderRow { from: "20181345".to_owned(), ..row(1) });
        if let Some(twice) = steady.get(2 * copy) {
            bad.push(ProviderRow { persons: Vec::new(), ..twice.clone() });
        }
        if let Some(inner) = steady.get(2 * copy + 1) {
            let from = compact(plus_days(day, -90));
            bad.push(ProviderRow { from, persons: Vec::new(), ..inner.clone() });
        }
    }
    rows.extend(bad);
}

fn bad_persons(dice: &mut Dice, number: &str, day: Date, copy: usize) -> [PersonRow; 4] {
    let born = cpr::birthday(dice, 1970);
    let cpr = cpr::number(dice, born, true);
    let row = |cpr: &str, role: &str, text: &str| PersonRow {
        number: number.to_owned(),
        from: compact(plus_days(day, -300)),
        to: String::new(),
        cpr: cpr.to_owned(),
        role: role.to_owned(),
        role_text: text.to_owned(),
    };
    [
        row("", "21", "Ejer"),
        row(&format!("311370123{copy}"), "21", "Ejer"),
        row(&format!("0203AB123{copy}"), "21", "Ejer"),
        row(&cpr, "55", "Ukendt"),
    ]
}

/// Lines for the population. A row with a bad count must still have a key of its own, and all keys
/// of the quarter are taken: so it is of another quarter.
pub(crate) fn population(year: i16, good: &[(String, [[u64; AGES]; 2])]) -> Vec<String> {
    let copies = match year {
        2016 | 2021 => 1,
        2018 => 2,
        _ => 0,
    };
    let Some((area, cells)) = good.last() else { return Vec::new() };
    let mut lines = Vec::new();
    for copy in 0..copies {
        lines.extend([
            format!("101;1;{};{}K4;-3", 30 + copy, year - 1),
            format!("101;1;X{};{year}K1;12", 9 - copy),
            format!("101;{};126;{year}K1;1", 1 + copy),
            format!("101;3;{};{year}K1;7", 40 + copy),
            format!("999;1;{};{year}K1;25", 50 + copy),
            format!("{area};1;{};{year}K1;{}", 60 + copy, cells[0][60 + copy]),
        ]);
    }
    lines
}
