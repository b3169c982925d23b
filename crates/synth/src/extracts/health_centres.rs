//! The health centres that were supported in May 2018: a workbook with the region merged over its
//! projects.

use crate::SynthError;
use crate::apportion::apportion;
use crate::country::calibration::REGIONS;
use crate::country::places::Places;
use crate::files::{Cell, Coverage, Folder, Spec};
use crate::rng::Dice;

/// Support in May 2018, by region in the order 1081 to 1085: projects, municipalities they lie in,
/// and whether one of the applicants was the region. "En læge tæt på dig" (2018): 30 projects, 6, 9,
/// 4, 6 and 5; 26 municipalities and two regions. Which regions, and the split of the 26: invented.
const SUPPORT: [(usize, usize, bool); 5] = [(6, 5, true), (9, 7, true), (4, 4, false), (6, 5, false), (5, 5, false)];

/// Thousands of kroner: 207.7 million ("En læge tæt på dig", 2018).
const SUPPORT_THOUSANDS: u64 = 207_700;

/// A project that was supported.
#[derive(Debug)]
struct Project<'a> {
    region: usize,
    /// The municipality's code.
    place: &'a str,
    applicant: &'static str,
    kind: &'static str,
    kroner: u64,
    has_rooms_for_trainees: bool,
}

/// The projects, by region. Everything but the counts and the sum is invented.
fn projects(places: &Places, seed: u64) -> Vec<Project<'_>> {
    let mut dice = Dice::new(seed, 34_000);
    let total: usize = SUPPORT.iter().map(|region| region.0).sum();
    let weights: Vec<u64> = (0..total).map(|_| u64::from(dice.between(3, 12))).collect();
    let mut amounts = apportion(SUPPORT_THOUSANDS, &weights).into_iter();
    // Half are new, half are extensions.
    let mut kinds: Vec<&str> = (0..total).map(|project| ["NYT", "UDBYGNING"][project % 2]).collect();
    dice.shuffle(&mut kinds);
    let mut projects = Vec::new();
    for (region, (count, municipalities, applies)) in SUPPORT.into_iter().enumerate() {
        let mut choices = places.with_practices(region);
        dice.shuffle(&mut choices);
        choices.truncate(municipalities);
        // Every municipality once, then some a second time: the region's own project comes last.
        for project in 0..count {
            projects.push(Project {
                region,
                place: &places.list[choices[project % choices.len()]].code,
                applicant: if applies && project + 1 == count { "REGION" } else { "KOMMUNE" },
                kind: kinds[projects.len()],
                kroner: amounts.next().unwrap_or_default() * 1000,
                has_rooms_for_trainees: dice.chance(600),
            });
        }
    }
    projects
}

/// Writes the list of projects, whatever the years.
pub(crate) fn write(folder: &Folder, places: &Places, seed: u64) -> Result<(), SynthError> {
    let spec = Spec {
        path: "oekonomi/sundhedshus_projekt_20180531.xlsx",
        table: "sundhedshus_projekt",
        columns: &[
            "Region",
            "Projekt-id",
            "Pulje",
            "Ansøgertype",
            "Kommunekode",
            "Projekttype",
            "Tilsagn (kr.)",
            "Tilsagnsdato",
            "Uddannelseslokaler",
        ],
        coverage: Coverage::Everybody,
    };
    let title = ["Pulje til læge- og sundhedshuse", "Projekter med tilsagn, maj 2018", ""];
    let mut file = folder.excel(spec, "Projekter", &title)?;
    file.will_merge(0);
    let projects = projects(places, seed);
    let mut number = 0;
    for of_region in projects.chunk_by(|a, b| a.region == b.region) {
        let code = REGIONS[of_region[0].region].code;
        for (index, project) in of_region.iter().enumerate() {
            number += 1;
            file.row(&[
                if index == 0 { Cell::Text(code) } else { Cell::Missing },
                Cell::Text(&format!("SH2018-{number:02}")),
                Cell::Text("F4"),
                Cell::Text(project.applicant),
                Cell::Text(project.place),
                Cell::Text(project.kind),
                Cell::Number(&project.kroner.to_string()),
                Cell::Text("31-05-2018"),
                Cell::Text(if project.has_rooms_for_trainees { "J" } else { "N" }),
            ])?;
        }
        file.merge(0, of_region.len() as u32, code)?;
    }
    file.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::extracts::plans::tests::country;

    #[test]
    fn the_supported_projects_are_as_many_as_published() {
        let country = country();
        for seed in 1..20 {
            let projects = projects(&country, seed);
            assert_eq!(projects.len(), 30);
            assert_eq!(projects.iter().map(|project| project.kroner).sum::<u64>(), 207_700_000);
            assert_eq!(projects.iter().filter(|project| project.kind == "NYT").count(), 15);
            let of = |region| projects.iter().filter(|project| project.region == region).count();
            assert_eq!([0, 1, 2, 3, 4].map(of), [6, 9, 4, 6, 5]);
            assert_eq!(projects.iter().map(|project| project.place).collect::<BTreeSet<_>>().len(), 26);
            let applied = |kind: &str, name: fn(&Project<'_>) -> String| -> BTreeSet<String> {
                projects.iter().filter(|project| project.applicant == kind).map(name).collect()
            };
            assert_eq!(applied("KOMMUNE", |project| project.place.to_owned()).len(), 26);
            assert_eq!(applied("REGION", |project| project.region.to_string()).len(), 2);
        }
    }

    #[test]
    fn the_workbook_is_written_the_same_twice() {
        let written = || {
            let dir = tempfile::tempdir().unwrap();
            write(&Folder::new(dir.path(), None), &country(), 7).unwrap();
            std::fs::read(dir.path().join("oekonomi/sundhedshus_projekt_20180531.xlsx")).unwrap()
        };
        assert!(written() == written());
    }
}
