//! The published figures on training posts come out, and the gap that averages hide shows.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::OnceLock;

use crate::country::Country;
use crate::country::places::Places;
use crate::cpr::passes_modulus_11;
use crate::extracts::staff_tests::places;
use crate::extracts::training::{Kind, Post, Training};
use crate::extracts::training_calibration::{FOLLOWED, SPECIALTIES};
use crate::extracts::training_files::{write, write_all};
use crate::extracts::training_places::Site;
use crate::files::Folder;

const SEED: u64 = 2018;

/// Sundhedsstyrelsen's answer of 25 January 2019: year, planned, posted, filled.
const PUBLISHED: [(i16, f64, u64, u64); 8] = [
    (2011, 240.0, 235, 217),
    (2012, 240.0, 241, 220),
    (2013, 252.0, 242, 233),
    (2014, 252.0, 253, 239),
    (2015, 252.0, 234, 199),
    (2016, 252.0, 262, 205),
    (2017, 252.0, 259, 217),
    (2018, 259.0, 286, 209),
];

fn country() -> &'static Country<'static> {
    static PLACES: OnceLock<Places> = OnceLock::new();
    static COUNTRY: OnceLock<Country<'static>> = OnceLock::new();
    COUNTRY.get_or_init(|| Country::simulate(SEED, PLACES.get_or_init(places)))
}

fn training() -> &'static Training<'static> {
    static TRAINING: OnceLock<Training<'static>> = OnceLock::new();
    TRAINING.get_or_init(|| Training::simulate(country(), SEED))
}

fn posts(kind: Kind, specialty: usize) -> impl Iterator<Item = &'static Post> {
    training()
        .posts
        .iter()
        .filter(move |post| post.kind == kind && post.specialty == Some(specialty) && !post.is_cancelled)
}

fn text(folder: &std::path::Path, path: &str) -> String {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(folder.join(path)).unwrap()).read_to_end(&mut bytes).unwrap();
    encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned()
}

fn number(text: &str) -> f64 {
    text.replace(',', ".").parse().unwrap()
}

#[test]
fn the_main_courses_of_general_practice_are_the_published_ones() {
    let folder = tempfile::tempdir().unwrap();
    write_all(country(), SEED, &Folder::new(folder.path(), None)).unwrap();
    let counts = text(folder.path(), "uddannelse/hovedforloeb_opgoerelse.csv.gz");
    let mut sums: BTreeMap<i16, (f64, u64, u64)> = BTreeMap::new();
    for line in counts.lines().skip(1).filter(|line| !line.starts_with("SLUT")) {
        let cells: Vec<&str> = line.split(';').collect();
        assert!(number(cells[7]) <= number(cells[6]), "{line}");
        if (cells[3], cells[4]) == ("Almen medicin", "H") {
            let sum = sums.entry(cells[0].parse().unwrap()).or_default();
            sum.0 += number(cells[5]);
            sum.1 += number(cells[6]) as u64;
            sum.2 += number(cells[7]) as u64;
        }
    }
    for (year, planned, posted, filled) in PUBLISHED {
        assert_eq!(sums[&year], (planned, posted, filled), "{year}");
        let rows: Vec<&Post> = posts(Kind::Main, 0).filter(|post| post.year == year).collect();
        let taken = rows.iter().filter(|post| post.filled.is_some()).count();
        assert_eq!((rows.len() as u64, taken as u64), (posted, filled), "{year}");
    }
    assert_eq!((sums[&2019].0, sums[&2020].0), (289.0, 289.0), "30 more than in the plan");
    assert_eq!(sums.keys().copied().collect::<Vec<_>>(), (2011..=2025).collect::<Vec<_>>());
}

#[test]
fn the_plan_adds_up_to_the_published_totals() {
    let folder = tempfile::tempdir().unwrap();
    write_all(country(), SEED, &Folder::new(folder.path(), None)).unwrap();
    let (mut rows, mut totals) = (BTreeMap::new(), BTreeMap::new());
    for plan in [2013, 2018, 2021, 2026] {
        for line in text(folder.path(), &format!("uddannelse/dimensioneringsplan_{plan}.csv.gz")).lines().skip(1) {
            let cells: Vec<&str> = line.split(';').collect();
            if cells[6] == "J" {
                continue;
            }
            let key = (cells[1].to_owned(), cells[4].to_owned());
            match (cells[2], cells[3]) {
                ("I alt", _) => drop(totals.insert(key, number(cells[5]))),
                (_, "I alt") => {}
                _ => *rows.entry(key).or_insert(0.0) += number(cells[5]),
            }
        }
    }
    assert_eq!(rows, totals);
    let of = |year: &str| rows[&(year.to_owned(), "H".to_owned())];
    assert_eq!((of("2020"), of("2021")), (924.5, 1005.5));
}

#[test]
fn posts_stay_vacant_where_nobody_wants_to_live() {
    let fill = |regions: &[usize]| {
        let here: Vec<&Post> = posts(Kind::Main, 0)
            .filter(|post| (2014..=2018).contains(&post.year) && regions.contains(&post.region))
            .collect();
        here.iter().filter(|post| post.filled.is_some()).count() as f64 / here.len() as f64
    };
    // Nordjylland and Sjælland are well below their training regions.
    assert!(fill(&[0]) < fill(&[0, 1]) - 0.05, "{} {}", fill(&[0]), fill(&[0, 1]));
    assert!(fill(&[4]) < fill(&[3, 4]) - 0.05, "{} {}", fill(&[4]), fill(&[3, 4]));
}

#[test]
fn posts_are_shared_by_the_agreed_keys() {
    let fte = |specialties: &[usize], region: usize| {
        let months = |post: &Post| -> u32 {
            let here = post.elements.iter().filter(|element| element.region == region);
            here.map(|element| element.months * element.share).sum()
        };
        specialties.iter().flat_map(|&specialty| posts(Kind::Main, specialty)).map(months).sum::<u32>() as f64
    };
    let share = |specialties: &[usize]| fte(specialties, 4) / (fte(specialties, 3) + fte(specialties, 4));
    assert!((share(&[0]) - 0.5).abs() < 0.02, "{}", share(&[0]));
    // The other specialties stay below 40 %.
    assert!((0.33..0.40).contains(&share(&[1, 2, 3, 4, 5])), "{}", share(&[1, 2, 3, 4, 5]));
    let north = |region: usize| posts(Kind::Main, 0).filter(|post| post.region == region).count() as f64;
    assert!((north(0) / (north(0) + north(1)) - 1.0 / 3.0).abs() < 0.01);
}

#[test]
fn main_courses_are_as_long_as_figure_4_says() {
    let mut short = 0;
    for post in posts(Kind::Main, 0) {
        assert_eq!(post.elements.iter().map(|element| element.months).sum::<u32>(), 54);
        let practice = post.elements.iter().filter(|element| element.site == Site::Practice);
        short += usize::from(practice.map(|element| element.months).sum::<u32>() < 24);
    }
    assert!((1..200).contains(&short));
}

#[test]
fn a_post_follows_the_one_before_it() {
    let mut held: BTreeMap<&str, Vec<&Post>> = BTreeMap::new();
    for post in &training().posts {
        assert!(post.filled.is_none() || !post.is_cancelled);
        if let Some((day, cpr)) = &post.filled {
            assert!(!passes_modulus_11(cpr) && !country().cprs.contains(cpr));
            assert!(post.posted < *day && *day < post.start);
            held.entry(cpr).or_default().push(post);
        }
    }
    let ids: BTreeSet<&str> = training().posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(ids.len(), training().posts.len());
    let mut chains = 0;
    for held in held.values() {
        let find = |kind: Kind| held.iter().find(|post| post.kind == kind);
        if let (Some(foundation), Some(main)) = (find(Kind::Foundation), find(Kind::Main)) {
            chains += 1;
            assert!(foundation.start < main.start);
        }
        assert!(held.iter().filter(|post| post.kind == Kind::Main).count() <= 1);
    }
    assert!(chains > 500, "{chains}");
    let twice = held.values().filter(|held| {
        let of =
            |specialty| held.iter().filter(move |post| post.kind == Kind::Introduction && post.specialty == specialty);
        (0..FOLLOWED.len()).any(|specialty| of(Some(specialty)).count() > 1)
    });
    assert!((5..400).contains(&twice.count()));
}

#[test]
fn names_of_specialties_are_in_the_lists() {
    let list = include_str!("../../../../pipelines/reference/laegespeciale.csv");
    let known: BTreeSet<&str> = list.lines().skip(1).filter_map(|line| line.split(';').next()).collect();
    assert_eq!(known.len(), 39);
    let aliases = include_str!("../../../../pipelines/reference/laegespeciale_alias.csv");
    let spelled: BTreeMap<&str, &str> = aliases
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(';');
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    for (code, name, _) in SPECIALTIES {
        assert!(known.contains(code), "{code}");
        assert_eq!(spelled.get(name), Some(&code));
    }
    for followed in &FOLLOWED {
        assert!(followed.spellings.iter().all(|spelling| spelled.get(spelling) == Some(&followed.code)));
    }
}

#[test]
fn the_files_are_small_and_the_same_every_time() {
    let written = |years: std::ops::RangeInclusive<i16>| {
        let folder = tempfile::tempdir().unwrap();
        let target = Folder::new(folder.path(), None);
        for year in years {
            write(country(), SEED, year, &target).unwrap();
        }
        write_all(country(), SEED, &target).unwrap();
        let sizes = |path: &std::path::PathBuf| std::fs::metadata(folder.path().join(path)).unwrap().len();
        let (written, _) = target.into_written().unwrap();
        let size: u64 = written.iter().map(|file| sizes(&file.path)).sum();
        (written.into_iter().map(|file| (file.path, file.sha256)).collect::<BTreeMap<_, _>>(), size)
    };
    let (all, size) = written(2014..=2025);
    assert!(size < 1_000_000, "{size}");
    let (alone, _) = written(2018..=2018);
    assert!(alone.iter().all(|(path, digest)| all[path] == *digest));
    assert!(!written(2011..=2013).0.is_empty());
}
