//! The money that follows the plan of 2018: what was appropriated, what the regions accounted for,
//! and the courses for practice staff that a part of it paid.
//!
//! The appropriations are the published ones. How they are shared out, used and accounted for is
//! invented: the key of the block grant is not published with them, so people stand in for it.

use jiff::civil::{Date, date};

use crate::SynthError;
use crate::apportion::apportion;
use crate::calendar::{danish, plus_days};
use crate::country::calibration::REGIONS;
use crate::country::demography::region_people;
use crate::files::{Cell, Charset, Coverage, Csv, Folder, Spec};
use crate::rng::Dice;

/// The years that tables 1-3 of the memorandum appropriate money for.
pub(crate) const BUDGET_YEARS: std::ops::RangeInclusive<i16> = 2018..=2021;

/// How a sum reaches those who use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    /// A pool: paid out as it is used, against an account.
    Pool,
    /// The regions' block grant.
    Grant,
    /// Nothing is paid out.
    None,
}

#[derive(Debug)]
pub(crate) struct Appropriation {
    pub(crate) pool: &'static str,
    /// In the reference list of purposes.
    pub(crate) purpose: &'static str,
    /// None where the sum is not split by year.
    pub(crate) year: Option<i16>,
    pub(crate) region: &'static str,
    /// Tenths of a million kroner.
    pub(crate) tenths: u32,
    pub(crate) channel: Channel,
}

const fn sum(
    purpose: &'static str,
    year: Option<i16>,
    region: &'static str,
    tenths: u32,
    channel: Channel,
) -> Appropriation {
    Appropriation { pool: purpose.split_at(2).0, purpose, year, region, tenths, channel }
}

/// All published: FP2018, tables 1-3 and the text on the split of table 1 (F1-F3); "En læge tæt på
/// dig" (2018) on the pools for health centres (F4-F6), of which F5 ("godt 600") and F6 ("op mod
/// 150") have no year.
#[rustfmt::skip]
pub(crate) const APPROPRIATIONS: [Appropriation; 17] = [
    sum("F1a", Some(2019), "DK", 50, Channel::Grant), sum("F1a", Some(2020), "DK", 50, Channel::Grant),
    sum("F1b", Some(2018), "DK", 50, Channel::Pool), sum("F1b", Some(2019), "DK", 100, Channel::Grant),
    sum("F1b", Some(2020), "DK", 100, Channel::Grant), sum("F1b", Some(2021), "DK", 100, Channel::Grant),
    sum("F2", Some(2018), "DK", 0, Channel::None), sum("F2", Some(2019), "DK", 30, Channel::Grant),
    sum("F2", Some(2020), "DK", 30, Channel::Grant), sum("F2", Some(2021), "DK", 30, Channel::Grant),
    sum("F3", Some(2018), "DK", 125, Channel::Pool), sum("F3", Some(2019), "DK", 175, Channel::Grant),
    sum("F3", Some(2020), "DK", 150, Channel::Grant), sum("F3", Some(2021), "DK", 150, Channel::Grant),
    sum("F4", Some(2018), "DK", 2077, Channel::Pool),
    sum("F5", None, "DK", 6000, Channel::Pool),
    sum("F6", None, "1084", 1500, Channel::Pool),
];

/// The pools that the memorandum gives a table with a sum of its own.
const TABLES: [&str; 3] = ["F1", "F2", "F3"];

/// Purposes that are accounted for, the purpose that the money is appropriated for, and the part of
/// it per thousand. The purposes: FP2018. The parts of F2 and F3: invented.
const ACCOUNTED: [(&str, &str, u64); 8] = [
    ("F1a", "F1a", 1000),
    ("F1b", "F1b", 1000),
    ("F2a", "F2", 400),
    ("F2b", "F2", 300),
    ("F2c", "F2", 300),
    ("F3a", "F3", 500),
    ("F3b", "F3", 200),
    ("F3c", "F3", 300),
];

/// Courses: the purpose that pays, their code, and kroner a participant, invented.
const COURSES: [(&str, &str, u64); 3] =
    [("F3a", "PSYK", 9_000), ("F3b", "KONVERTERING", 14_000), ("F3c", "SPECIALSYGEPLEJERSKE", 85_000)];

/// What a region used of a year's money for a purpose.
#[derive(Debug)]
pub(crate) struct Spending {
    pub(crate) purpose: &'static str,
    pub(crate) region: usize,
    #[cfg(test)]
    pub(crate) allotted: u64,
    pub(crate) spent: u64,
}

/// Writes the appropriations, the accounts and the courses: always all of them.
pub(crate) fn write(folder: &Folder, seed: u64) -> Result<(), SynthError> {
    appropriations(folder)?;
    for year in BUDGET_YEARS {
        let spendings = spendings(seed, year);
        accounts(folder, seed, year, &spendings)?;
        courses(folder, seed, year, &spendings)?;
    }
    Ok(())
}

fn appropriations(folder: &Folder) -> Result<(), SynthError> {
    let spec = Spec {
        path: "oekonomi/bevilling_20181001.csv",
        table: "bevilling",
        columns: &["pulje", "formaal", "aar", "region", "beloeb_mio_kr", "kanal"],
        coverage: Coverage::Everybody,
    };
    let csv = Csv { charset: Charset::Windows1252, delimiter: ';', header: true, trailer: None };
    let mut file = folder.csv(spec, csv)?;
    for (index, sum) in APPROPRIATIONS.iter().enumerate() {
        let year = sum.year.map(|year| year.to_string());
        let channel = match sum.channel {
            Channel::Pool => Cell::Text("PULJE"),
            Channel::Grant => Cell::Text("BLOKTILSKUD"),
            Channel::None => Cell::Text("-"),
        };
        file.row(&[
            Cell::Text(sum.pool),
            Cell::Text(sum.purpose),
            year.as_deref().map_or(Cell::Missing, Cell::Number),
            Cell::Text(sum.region),
            Cell::Number(&millions(sum.tenths)),
            channel,
        ])?;
        // The tables end with their sum.
        let is_last = APPROPRIATIONS.get(index + 1).is_none_or(|next| next.pool != sum.pool);
        if is_last && TABLES.contains(&sum.pool) {
            let all: u32 = APPROPRIATIONS.iter().filter(|other| other.pool == sum.pool).map(|other| other.tenths).sum();
            file.row(&[
                Cell::Text(sum.pool),
                Cell::Text(sum.pool),
                Cell::Text("I alt"),
                Cell::Text("DK"),
                Cell::Number(&millions(all)),
                Cell::Missing,
            ])?;
        }
    }
    file.finish()
}

/// Millions as the memorandum prints them: `12,5`, and no decimal where it is zero.
fn millions(tenths: u32) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{},{rest}", tenths / 10),
    }
}

/// What every region used of the year's money, purpose by purpose.
pub(crate) fn spendings(seed: u64, year: i16) -> Vec<Spending> {
    let mut dice = Dice::new(seed, 31_000 + year as u64);
    let people: Vec<u64> = (0..REGIONS.len()).map(|region| region_people(region, year)).collect();
    let mut spendings = Vec::new();
    for (purpose, from, part) in ACCOUNTED {
        let is_it = |sum: &&Appropriation| sum.purpose == from && sum.year == Some(year);
        let tenths: u32 = APPROPRIATIONS.iter().filter(is_it).map(|sum| sum.tenths).sum();
        let total = u64::from(tenths) * 100_000 * part / 1000;
        for (region, allotted) in apportion(total, &people).into_iter().enumerate() {
            // The first year's money came late: less of it was used.
            let used = if year == 2018 { dice.between(700, 980) } else { dice.between(820, 1000) };
            if allotted > 0 {
                spendings.push(Spending {
                    purpose,
                    region,
                    #[cfg(test)]
                    allotted,
                    spent: allotted * u64::from(used) / 1000,
                });
            }
        }
    }
    spendings
}

struct Posting {
    /// Hundredths of a krone.
    amount: i64,
    used: Date,
    is_correction: bool,
}

fn accounts(folder: &Folder, seed: u64, year: i16, spendings: &[Spending]) -> Result<(), SynthError> {
    let path = format!("oekonomi/regnskab_{year}.csv");
    let spec = Spec {
        path: &path,
        table: "regnskab",
        columns: &[
            "Regnskab-id",
            "Region",
            "Pulje",
            "Formål",
            "Bevillingsår",
            "Postering",
            "Anvendt dato",
            "Regnskab indsendt",
            "Forbrug (kr.)",
            "Udbetalt (kr.)",
            "Status",
        ],
        coverage: Coverage::Everybody,
    };
    let csv = Csv { charset: Charset::Windows1252, delimiter: ';', header: true, trailer: Some("SLUT") };
    let mut file = folder.csv(spec, csv)?;
    let mut dice = Dice::new(seed, 32_000 + year as u64);
    let mut numbers = [0; REGIONS.len()];
    for spending in spendings {
        let region = REGIONS[spending.region].code;
        for posting in postings(&mut dice, year, spending.spent) {
            numbers[spending.region] += 1;
            let id = format!("R{region}-{year}-{:03}", numbers[spending.region]);
            // Three months is the deadline: 88 days are never more.
            let submitted = match dice.below(1000) {
                0..30 => None,
                30..110 => Some(plus_days(posting.used, i64::from(dice.between(100, 220)))),
                _ => Some(plus_days(posting.used, i64::from(dice.between(20, 88)))),
            };
            let status = match submitted {
                None => "MANGLER",
                Some(_) if dice.chance(120) => "INDSENDT",
                Some(_) => "GODKENDT",
            };
            // The pool of 2018 is paid out against the account; the grant is paid anyway.
            let paid = match (year, status) {
                (2018, "GODKENDT") => kroner(posting.amount),
                (2018, _) => kroner(0),
                _ => String::from("-"),
            };
            file.row(&[
                Cell::Text(&id),
                Cell::Text(region),
                Cell::Text(&spending.purpose[..2]),
                Cell::Text(spending.purpose),
                Cell::Number(&year.to_string()),
                Cell::Text(if posting.is_correction { "KORREKTION" } else { "FORBRUG" }),
                Cell::Text(&danish(posting.used)),
                submitted.map(danish).as_deref().map_or(Cell::Missing, Cell::Text),
                Cell::Number(&kroner(posting.amount)),
                Cell::Number(&paid),
                Cell::Text(status),
            ])?;
        }
    }
    file.finish()
}

/// Splits a sum into postings that add up to it; now and then one was too large and is corrected.
fn postings(dice: &mut Dice, year: i16, kroner: u64) -> Vec<Posting> {
    let weights: Vec<u64> = (0..dice.between(1, 3)).map(|_| u64::from(dice.between(2, 5))).collect();
    let mut postings = Vec::new();
    for amount in apportion(kroner * 100, &weights) {
        let used = match year {
            // Activity that began in 2018 may be paid later.
            2018 => plus_days(date(2018, 10, 1), i64::from(dice.below(500))),
            _ => date(year, dice.between(1, 12) as i8, dice.between(1, 28) as i8),
        };
        let amount = amount as i64;
        let excess = if dice.chance(80) { amount * i64::from(dice.between(10, 90)) / 1000 } else { 0 };
        postings.push(Posting { amount: amount + excess, used, is_correction: false });
        if excess > 0 {
            let used = plus_days(used, i64::from(dice.between(30, 120)));
            postings.push(Posting { amount: -excess, used, is_correction: true });
        }
    }
    postings
}

fn courses(folder: &Folder, seed: u64, year: i16, spendings: &[Spending]) -> Result<(), SynthError> {
    let path = format!("kursus/kursus_personale_{year}.csv");
    let spec = Spec {
        path: &path,
        table: "kursus_personale",
        columns: &["År", "Region", "Kursustype", "Deltagere", "Gennemført", "Forbrug (kr.)"],
        coverage: Coverage::Everybody,
    };
    let csv = Csv { charset: Charset::Iso8859_15, delimiter: ';', header: true, trailer: None };
    let mut file = folder.csv(spec, csv)?;
    let mut dice = Dice::new(seed, 33_000 + year as u64);
    for (region, code) in REGIONS.iter().map(|region| region.code).enumerate() {
        for (purpose, course, price) in COURSES {
            let is_it = |spending: &&Spending| spending.purpose == purpose && spending.region == region;
            // The rest is administration.
            let spent = spendings.iter().find(is_it).map_or(0, |spending| spending.spent) * 920 / 1000;
            let participants = spent / price;
            let completed = participants * u64::from(dice.between(900, 1000)) / 1000;
            file.row(&[
                Cell::Number(&year.to_string()),
                Cell::Text(code),
                Cell::Text(course),
                Cell::Number(&participants.to_string()),
                Cell::Number(&completed.to_string()),
                Cell::Number(&grouped(spent)),
            ])?;
        }
    }
    file.finish()
}

/// `-1.234.567,00`
fn kroner(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let amount = hundredths.unsigned_abs();
    format!("{sign}{},{:02}", grouped(amount / 100), amount % 100)
}

/// `1.234.567`
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> Vec<Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        write(&Folder::new(dir.path(), None), 7).unwrap();
        let bytes = std::fs::read(dir.path().join(path)).unwrap();
        let text = encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned();
        text.lines().skip(1).map(|line| line.split(';').map(str::to_owned).collect()).collect()
    }

    fn number(text: &str) -> i64 {
        text.replace(['.', ','], "").parse().unwrap()
    }

    #[test]
    fn the_appropriations_are_those_of_the_memorandum() {
        let of = |pool: &str, year: i16| -> u32 {
            let is_it = |sum: &&Appropriation| sum.pool == pool && sum.year == Some(year);
            APPROPRIATIONS.iter().filter(is_it).map(|sum| sum.tenths).sum()
        };
        assert_eq!(BUDGET_YEARS.map(|year| of("F1", year)).collect::<Vec<_>>(), [50, 150, 150, 100]);
        assert_eq!(BUDGET_YEARS.map(|year| of("F2", year)).collect::<Vec<_>>(), [0, 30, 30, 30]);
        assert_eq!(BUDGET_YEARS.map(|year| of("F3", year)).collect::<Vec<_>>(), [125, 175, 150, 150]);
        let rows = file("oekonomi/bevilling_20181001.csv");
        let totals: Vec<_> = rows.iter().filter(|row| row[2] == "I alt").map(|row| (&*row[0], &*row[4])).collect();
        assert_eq!(totals, [("F1", "45"), ("F2", "9"), ("F3", "60")]);
        assert_eq!(rows.len(), APPROPRIATIONS.len() + TABLES.len());
        assert!(rows.iter().any(|row| row.join(";") == "F4;F4;2018;DK;207,7;PULJE"));
        assert!(rows.iter().any(|row| row.join(";") == "F6;F6;;1084;150;PULJE"));
    }

    #[test]
    fn allotments_add_up_and_accounts_net_to_what_was_spent() {
        let mut allotted = 0;
        for year in BUDGET_YEARS {
            let spendings = spendings(7, year);
            allotted += spendings.iter().map(|spending| spending.allotted).sum::<u64>();
            assert!(spendings.iter().all(|spending| spending.spent <= spending.allotted));
            let mut rows = file(&format!("oekonomi/regnskab_{year}.csv"));
            let trailer = rows.pop().unwrap();
            assert_eq!(trailer, ["SLUT".to_owned(), rows.len().to_string()]);
            for spending in &spendings {
                let is_it = |row: &&Vec<String>| row[1] == REGIONS[spending.region].code && row[3] == spending.purpose;
                let net: i64 = rows.iter().filter(is_it).map(|row| number(&row[8])).sum();
                assert_eq!(net, spending.spent as i64 * 100, "{year} {}", spending.purpose);
            }
            let corrections = rows.iter().filter(|row| row[8].starts_with('-'));
            assert!(corrections.clone().count() > 0 && corrections.clone().all(|row| row[5] == "KORREKTION"));
            assert!(rows.iter().any(|row| row[7].is_empty() && row[10] == "MANGLER"));
        }
        assert_eq!(allotted, 114_000_000);
        assert_eq!(kroner(-123_456_705), "-1.234.567,05");
        assert_eq!(kroner(100_000), "1.000,00");
    }

    #[test]
    fn courses_cost_less_than_their_pool_spent() {
        for year in BUDGET_YEARS {
            let spent: u64 = spendings(7, year).iter().filter(|s| s.purpose.starts_with("F3")).map(|s| s.spent).sum();
            let rows = file(&format!("kursus/kursus_personale_{year}.csv"));
            assert_eq!(rows.len(), 15);
            assert!(rows.iter().map(|row| number(&row[5])).sum::<i64>() < spent as i64);
            assert!(rows.iter().all(|row| number(&row[4]) <= number(&row[3])));
        }
    }
}
