//! How much the digital tools are used: a line a practice, element and month with use.

use crate::SynthError;
use crate::apportion::interpolate;
use crate::country::Country;
use crate::extracts::quality::{Active, active};
use crate::files::{Cell, Coverage, Folder, Spec, repacked};
use crate::rng::Dice;

/// Where the streams of chance of this file begin.
const STREAM: u64 = 0xD161_0000_0000;

/// A month, counted so that years can be interpolated between.
const fn month(year: i64, month: i64) -> i64 {
    year * 12 + month
}

/// A tool's element, and the practices per thousand that have taken it up by a month.
#[derive(Debug)]
struct Element {
    tool: &'static str,
    element: &'static str,
    taken_up: &'static [(i64, i64)],
    counts: Counts,
}

/// What is counted of an element, and when.
#[derive(Debug)]
enum Counts {
    /// Sessions, in the months with any: a few a year, one of them in the last quarter.
    Sessions,
    /// Sharings, told once a quarter, as one a quarter is what counts as sharing.
    Sharings,
    /// Sessions of the patients, told twice a year.
    PatientSessions,
}

/// ELTPD wants all doctors to use the quality tool and share in the overview by the end of 2020, and has
/// the tool launched in 2018; how fast they are taken up is invented.
const ELEMENTS: [Element; 5] = [
    Element {
        tool: "KVALITETSVAERKTOEJ",
        element: "EGEN_PRAKSIS",
        taken_up: &[
            (month(2018, 11), 0),
            (month(2018, 12), 60),
            (month(2019, 12), 420),
            (month(2020, 12), 760),
            (month(2021, 12), 860),
            (month(2025, 12), 950),
        ],
        counts: Counts::Sessions,
    },
    Element {
        tool: "KVALITETSVAERKTOEJ",
        element: "KLYNGE",
        taken_up: &[
            (month(2018, 11), 0),
            (month(2018, 12), 30),
            (month(2019, 12), 480),
            (month(2020, 12), 690),
            (month(2021, 12), 830),
            (month(2025, 12), 940),
        ],
        counts: Counts::Sessions,
    },
    Element {
        tool: "PATIENTOVERBLIK",
        element: "AFTALEOVERSIGT",
        taken_up: &[
            (month(2020, 1), 0),
            (month(2020, 12), 290),
            (month(2021, 12), 560),
            (month(2022, 12), 770),
            (month(2025, 12), 960),
        ],
        counts: Counts::Sharings,
    },
    Element {
        tool: "PATIENTOVERBLIK",
        element: "STAMKORT",
        taken_up: &[
            (month(2020, 6), 0),
            (month(2020, 12), 170),
            (month(2021, 12), 430),
            (month(2022, 12), 660),
            (month(2025, 12), 920),
        ],
        counts: Counts::Sharings,
    },
    Element {
        tool: "MINLAEGE",
        element: "APP",
        taken_up: &[(month(2019, 1), 0), (month(2019, 12), 900), (month(2020, 12), 980), (month(2025, 12), 1000)],
        counts: Counts::PatientSessions,
    },
];

/// Writes the year's file; before the first tool it has no line.
pub(crate) fn write(country: &Country<'_>, seed: u64, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let path = repacked(&format!("digital/brug_{year}.jsonl.gz"), year);
    let columns = ["vaerktoej", "element", "praksis.ydernr", "periode.maaned", "antal.sessioner", "antal.delinger"];
    let spec = Spec { path: &path, table: "digital_brug", columns: &columns, coverage: Coverage::Everybody };
    let mut file = folder.json_lines(spec)?;
    let practices = active(country, year);
    for (tag, element) in (0..).zip(&ELEMENTS) {
        for practice in &practices {
            // Who is early with one element of a tool is early with the other.
            let first = ELEMENTS.iter().position(|other| other.tool == element.tool).unwrap_or_default() as u64;
            let late = Dice::new(seed, STREAM + ((100 + first) << 24) + practice.index as u64).below(1000);
            let mut dice = Dice::new(seed, STREAM + (tag << 24) + (year as u64) * 100_000 + practice.index as u64);
            for used in months(element, practice, late, year, &mut dice) {
                let (month, count) = (format!("{year}-{used:02}"), count(element, practice, &mut dice).to_string());
                let (sessions, sharings) = match element.counts {
                    Counts::Sessions | Counts::PatientSessions => (Cell::Number(&count), Cell::Missing),
                    Counts::Sharings => (Cell::Missing, Cell::Number(&count)),
                };
                file.row(&[
                    Cell::Text(element.tool),
                    Cell::Text(element.element),
                    Cell::Text(&practice.number),
                    Cell::Text(&month),
                    sessions,
                    sharings,
                ])?;
            }
        }
    }
    file.finish()
}

/// The months of the year that the practice's use is told of.
fn months(element: &Element, practice: &Active<'_>, late: u32, year: i16, dice: &mut Dice) -> Vec<i8> {
    let mut months: Vec<i8> = match element.counts {
        Counts::Sharings => vec![3, 6, 9, 12],
        Counts::PatientSessions => vec![6, 12],
        Counts::Sessions => {
            // The last quarter, so that who has taken it up by the end of the year has used it.
            let mut months = vec![if year == 2018 { 12 } else { dice.between(10, 12) as i8 }];
            months.extend((0..dice.below(3)).map(|_| dice.between(1, 9) as i8));
            months
        }
    };
    months.sort_unstable();
    months.dedup();
    let is_last_quarter = |used: i8| matches!(element.counts, Counts::Sessions) && used >= 10;
    months.retain(|&used| {
        let by = month(i64::from(year), if is_last_quarter(used) { 12 } else { i64::from(used) });
        used <= practice.months && u64::from(late) < interpolate(element.taken_up, by)
    });
    months
}

/// How often: invented.
fn count(element: &Element, practice: &Active<'_>, dice: &mut Dice) -> u64 {
    match element.counts {
        Counts::Sessions => u64::from(dice.between(1, 9)),
        Counts::Sharings => practice.listed * u64::from(dice.between(3, 8)) / 100 + 1,
        Counts::PatientSessions => practice.listed * u64::from(dice.between(20, 40)) / 10 + 1,
    }
}
